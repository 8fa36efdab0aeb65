/* SPDX-License-Identifier: Apache-2.0 */
/* The icons of the installed app, drawn from public/favicon.svg: node dev/icons.mjs. Development only. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const folder = fileURLToPath(new URL('../public/', import.meta.url));
const svg = await readFile(`${folder}favicon.svg`, 'utf8');
/** To the edges, for systems that cut their own shape; what matters is within four fifths. */
const full = svg.replace('rx="8"', '').replace('<g ', '<g transform="translate(3.2 3.2) scale(.8)" ');

const icons = { 'icon-192': [svg, 192], 'icon-512': [svg, 512], 'icon-180': [full, 180], 'icon-maskable-512': [full, 512] };

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
try {
  const page = await browser.newPage();
  for (const [name, [picture, size]] of Object.entries(icons)) {
    await page.setViewportSize({ width: size, height: size });
    const sized = picture.replace('<svg ', `<svg width="${size}" height="${size}" style="display:block" `);
    await page.setContent(`<body style="margin:0;background:transparent">${sized}`);
    await page.screenshot({ path: `${folder}${name}.png`, omitBackground: true });
  }
} finally {
  await browser.close();
}
