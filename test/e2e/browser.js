// SPDX-License-Identifier: Apache-2.0
// One headless Chromium per test file; a page that logs an error or calls another host fails its test.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { playwright } from '../api/harness/packages.js';

export const SHOTS = path.resolve(import.meta.dirname, '../../build/test/shots');

export const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-dev-shm-usage',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

export const sizes = { wide: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

export async function launch() {
  return playwright().chromium.launch({ executablePath: '/usr/bin/chromium', headless: true, args: FLAGS });
}

/** A page of its own browser profile. `problems` collects what a user would see as broken. */
export async function openPage(browser, server, { size = sizes.wide, colorScheme = 'light', ...options } = {}) {
  const context = await browser.newContext({ viewport: size, colorScheme, baseURL: server.url, locale: 'en-GB', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.problems = [];
  page.on('pageerror', (error) => page.problems.push(`exception: ${error.message}`));
  page.on('console', (message) => {
    // A refused request is reported by the browser too; tests that expect one say so.
    if (message.type() === 'error' && !/status of (401|409|412|422)/.test(message.text())) page.problems.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(server.url) && !/^(data|blob):/.test(request.url())) page.problems.push(`calls ${request.url()}`);
  });
  return page;
}

/** Signed in, one is greeted. */
export const atHome = (page) => page.getByRole('heading', { level: 1, name: /^Good (morning|afternoon|evening)/ }).waitFor();

export async function shoot(page, name) {
  fs.mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: path.join(SHOTS, `${name}.png`) });
}

/** Nothing sticks out of the window sideways. */
export async function assertFits(page) {
  const { content, window } = await page.evaluate(() => ({
    content: document.documentElement.scrollWidth, window: document.documentElement.clientWidth,
  }));
  assert.ok(content <= window, `content is ${content} px wide in ${window}`);
}

/** The part of WCAG that a machine can tell cheaply: names, labels, headings, language, contrast. */
export async function assertAccessible(page) {
  const complaints = await page.evaluate(() => {
    const found = [];
    const visible = (node) => node.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) && node.getClientRects().length > 0;
    const say = (node, what) => found.push(`${what}: ${node.outerHTML.slice(0, 120)}`);
    const textOf = (ids) => (ids ?? '').split(/\s+/).map((id) => document.getElementById(id)?.textContent ?? '').join(' ');
    const nameOf = (node) => [node.getAttribute('aria-label'), textOf(node.getAttribute('aria-labelledby')), node.title, node.textContent,
      ...[...(node.labels ?? [])].map((l) => l.textContent), node.querySelector?.('img[alt],svg[aria-label]')?.getAttribute('alt')].join('').trim();
    for (const node of document.querySelectorAll('button, a[href], [role=button], [role=tab], [role=menuitem]')) {
      if (visible(node) && !nameOf(node)) say(node, 'no name');
    }
    for (const node of document.querySelectorAll('input:not([type=hidden]), select, textarea')) {
      if (visible(node) && !node.closest('[aria-hidden=true]') && !nameOf(node)) say(node, 'no label');
    }
    for (const node of document.querySelectorAll('img:not([alt])')) say(node, 'no alt');
    if (!document.documentElement.lang) found.push('no language');
    if (!document.title) found.push('no title');
    const ids = [...document.querySelectorAll('[id]')].map((node) => node.id);
    for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i))) found.push(`id twice: ${id}`);
    if ([...document.querySelectorAll('h1')].filter(visible).length !== 1) found.push('not exactly one h1');
    return found;
  });
  assert.deepEqual(complaints, []);
}

export function assertNoProblems(page) {
  assert.deepEqual(page.problems, []);
}
