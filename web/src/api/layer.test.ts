/* SPDX-License-Identifier: Apache-2.0 */
/* Who talks to the server: this folder, and nobody else. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const SOURCES = path.resolve(import.meta.dirname, '..');
/** Anything by which a script can call a server. */
const CALL =
  /(?<![\w.])(?:(?:window|globalThis|self)\.)?fetch\s*\(|\bnew\s+(?:XMLHttpRequest|EventSource|WebSocket)\b|\bsendBeacon\s*\(/;

const sources = () =>
  readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name))
    .map((name) => ({ name, text: readFileSync(path.join(SOURCES, name), 'utf8') }));

it('knows a call when it sees one', () => {
  for (const call of [
    'await fetch(path)',
    '=> fetch (x)',
    'window.fetch("/a")',
    'new EventSource(x)',
    'navigator.sendBeacon(x)',
  ])
    expect(CALL.test(call)).toBe(true);
  for (const other of ['void refetch()', 'board.fetch()', 'client.prefetch(x)', 'fetchQuery(options)'])
    expect(CALL.test(other)).toBe(false);
});

it('S1-UI-05 no component, hook or store calls the server but through src/api', () => {
  const callers = sources().filter(({ text }) => CALL.test(text));
  expect(callers.map(({ name }) => name).sort()).toEqual(['api/client.ts', 'api/upload.ts']);
});
