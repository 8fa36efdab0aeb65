// SPDX-License-Identifier: Apache-2.0
// docs/configuration.md against the program: every command, option, variable and default is documented, and
// nothing else is.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';

const root = path.resolve(import.meta.dirname, '../..');
const page = fs.readFileSync(path.join(root, 'docs/configuration.md'), 'utf8');

const run = (...args) =>
  execFileSync(process.env.CAIRN_TEST_BINARY, args, { encoding: 'utf8', env: { HOME: '/nonexistent', PATH: process.env.PATH } });

const code = (cell) => cell.replace(/^`(.*)`$/, '$1');

/** Rows of the page's table below a heading, cells without their backticks. */
function rowsBelow(heading) {
  const section = page.split(`\n## ${heading}\n`)[1].split('\n## ')[0];
  const rows = section.split('\n').filter((line) => line.startsWith('|')).slice(2);
  return rows.map((line) => line.split('|').slice(1, -1).map((cell) => code(cell.trim())));
}

test('every option and its variable is documented, and nothing else', () => {
  const told = [...run('help').matchAll(/^ {2}(--\S+) \[(\w+)\]$/gm)].map(([, flag, variable]) => `${variable} ${flag}`);
  const written = rowsBelow('Options').map(([variable, flag]) => `${variable} ${flag}`);
  assert.ok(told.length > 15);
  assert.deepEqual(written, told);
});

test('every command is documented, and nothing else', () => {
  const commands = run('help').split('commands:\n')[1].split('\n\n')[0];
  const told = [...commands.matchAll(/^ {2}(\S+)/gm)].map(([, name]) => name);
  assert.deepEqual(rowsBelow('Commands').map(([name]) => name), told);
});

test('the defaults are those in force', () => {
  const inForce = {};
  for (const [, unset, variable, value] of run('config').matchAll(/^(?:# (\w+) is not set|(\w+)=(.*?) {2}# default)$/gm))
    inForce[unset ?? variable] = value ?? '';
  for (const [variable, , initial] of rowsBelow('Options'))
    if (variable !== 'CAIRN_DATA' || process.getuid() === 0) assert.equal(initial, inForce[variable], variable);
});

test('every example is accepted', () => {
  for (const [variable, flag, , , example] of rowsBelow('Options'))
    if (example && !example.startsWith('openssl')) assert.match(run('config', flag, example), new RegExp(`^${variable}=`, 'm'));
});
