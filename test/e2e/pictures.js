// SPDX-License-Identifier: Apache-2.0
// The README's pictures: which, of what size, and what is opened for each. The demo's data is drawn with a fixed seed,
// so that a picture changes when the product does.
import fs from 'node:fs';
import path from 'node:path';
import { SHOTS, sizes } from './browser.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
export const COMMITTED = path.join(ROOT, 'docs/images');

const click = (role, name) => (page) => page.getByRole(role, { name }).first().click();

export const pictures = {
  overview: { address: '/overview', theme: 'light' },
  board: { address: '/deals?look=board', theme: 'dark' },
  list: { address: '/companies?sort=name', theme: 'light' },
  record: { address: '/companies?sort=name', theme: 'dark', act: click('link', /Estuary Museum/) },
  calendar: { address: '/events?look=calendar', theme: 'light' },
  phone: { address: '/deals', theme: 'dark', size: 'phone' },
};

export const sizeOfPicture = ({ size = 'wide' }) => sizes[size];

/** Of a PNG: its width and height stand at fixed places of its head. */
export const sizeOfFile = (file) => {
  const head = fs.readFileSync(file).subarray(0, 24);
  return { width: head.readUInt32BE(16), height: head.readUInt32BE(20) };
};

/** The names that the README shows. */
export const shownInReadme = () =>
  [...fs.readFileSync(path.join(ROOT, 'README.md'), 'utf8').matchAll(/docs\/images\/([\w-]+)\.png/g)].map(([, name]) => name);

/** Into the folder of the test run; with CAIRN_PICTURES over those that are committed. */
export async function takePicture(page, name, settled) {
  const { address, theme, act } = pictures[name];
  const folder = process.env.CAIRN_PICTURES ? COMMITTED : path.join(SHOTS, 'readme');
  fs.mkdirSync(folder, { recursive: true });
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  await page.goto(address);
  await settled(page);
  await act?.(page);
  if (act) await page.waitForURL((url) => url.pathname !== address.split('?')[0]);
  await settled(page);
  const file = path.join(folder, `${name}.png`);
  await page.screenshot({ path: file });
  return file;
}
