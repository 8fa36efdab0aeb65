// SPDX-License-Identifier: Apache-2.0
// What a person feels of the browser's side: a server of its own with 100,000 contacts and 1,000 open deals, one
// Chromium, a line for each figure.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { freePort, Server } from '../../test/api/harness/server.js';
import { register } from '../../test/api/harness/organisation.js';
import { FLAGS, sizes } from '../../test/e2e/browser.js';
import { playwright } from '../../test/api/harness/packages.js';
import { fill } from './data.js';
import { board, open, scroll } from './feel.js';
import { lighthouseScores } from './lighthouse.js';
import { initialScript } from './size.js';

/** What each part measures: lines of `[what, figure, unit, target, met]`. */
const parts = {
  size: initialScript,
  lighthouse: lighthouseScores,
  open,
  scroll,
  board,
};

const chosen = process.argv.slice(2);
for (const name of chosen) if (!parts[name]) throw new Error(`No part is called ${name}; there are ${Object.keys(parts).join(', ')}.`);

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cairn-web-'));
const server = await new Server({ binary: process.env.CAIRN_TEST_BINARY }).start();
const port = await freePort();
const context = await playwright().chromium.launchPersistentContext(folder, {
  executablePath: '/usr/bin/chromium', headless: true, viewport: sizes.wide, baseURL: server.url,
  args: [...FLAGS, `--remote-debugging-port=${port}`, '--enable-precise-memory-info'],
});

function print([what, figure, unit, target, met]) {
  const verdict = target ? `  (target ${target} ${met ? 'ok' : 'MISSED'})` : '';
  console.log(`${what.padEnd(44)} ${String(figure).padStart(8)} ${unit}${verdict}`);
}

try {
  const busy = os.loadavg()[0];
  console.log(`${os.cpus()[0].model.trim()}, ${os.cpus().length} cores; load before ${busy.toFixed(1)}${busy > 0.7 ? ': others use the machine, such figures say little' : ''}`);
  const admin = await register(server);
  const given = await fill(admin);
  const page = await context.newPage();
  await page.goto('/sign-in');
  const at = { page, context, server, port, given, email: admin.email };
  for (const [name, measure] of Object.entries(parts)) {
    if (chosen.length && !chosen.includes(name)) continue;
    for (const line of await measure(at)) print(line);
  }
} finally {
  await context.close();
  await server.stop();
  server.remove();
  fs.rmSync(folder, { recursive: true, force: true });
}
