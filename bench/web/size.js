// SPDX-License-Identifier: Apache-2.0
// What is loaded before anything shows: the scripts that the page names, as they travel.
import { gzipSync } from 'node:zlib';

const MOST_KB = 170;

export async function initialScript({ server }) {
  const html = await (await fetch(server.url)).text();
  const names = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(([, name]) => name);
  let bytes = 0;
  for (const name of new Set(names)) bytes += gzipSync(Buffer.from(await (await fetch(server.url + name)).arrayBuffer())).length;
  const kb = bytes / 1000;
  return [['initial JavaScript, gzip', kb.toFixed(1), 'kB', `${MOST_KB} kB`, kb > 0 && kb <= MOST_KB]];
}
