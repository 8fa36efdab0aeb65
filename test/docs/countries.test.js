// SPDX-License-Identifier: Apache-2.0
// The names of countries that imports know are those of the pinned Node.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';

const root = path.resolve(import.meta.dirname, '../..');

test('S3-IMP src/feature/country_names.def is what script/lib/countries.js writes', () => {
  const written = execFileSync(process.execPath, [path.join(root, 'script/lib/countries.js')], { encoding: 'utf8', maxBuffer: 1 << 24 });
  assert.equal(fs.readFileSync(path.join(root, 'src/feature/country_names.def'), 'utf8'), written);
});
