// SPDX-License-Identifier: Apache-2.0
// `cairn import` beside the running server: a rehearsal that leaves no trace, the import, and an upsert by a key.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { parseRecords } from './harness/csv.js';
import { Organisation, unique } from './harness/organisation.js';
import { sharedDataFolder } from './harness/server.js';

const { admin } = await Organisation.create();
const me = (await admin.get('/auth/me', { expect: 200 })).body.data;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cairn-cli-'));
test.after(() => fs.rmSync(folder, { recursive: true, force: true }));

function run(file, ...options) {
  const { PATH, HOME, TMPDIR = os.tmpdir() } = process.env;
  const env = { PATH, HOME, TMPDIR, CAIRN_DATA: sharedDataFolder(), ASAN_OPTIONS: 'detect_stack_use_after_return=0' };
  const result = spawnSync(process.env.CAIRN_TEST_BINARY, ['import', file, '--org', me.organization.id, ...options], { env, encoding: 'utf8' });
  return { status: result.status, out: result.stdout, err: result.stderr };
}

test('S3-IMP the command line rehearses, imports, and updates by a key', async () => {
  const tag = unique('cli');
  const file = path.join(folder, 'people.csv');
  const report = path.join(folder, 'report.csv');
  const map = JSON.stringify({ into: 'contacts', columns: { Last: 'lastName', Mail: 'email', Job: 'jobTitle' } });
  fs.writeFileSync(file, `Last,Mail,Job\nOne,one${tag}@example.com,Cook\nTwo,two${tag}@example.com,Smith\nBad,bad,\n`);
  const all = () => admin.all('/contacts', { 'email[contains]': tag });
  const before = (await admin.get('/imports', { expect: 200 })).body.data.length;

  const rehearsed = run(file, '--map', map, '--rehearse', '--report', report);
  assert.equal(rehearsed.status, 0, rehearsed.err);
  assert.match(rehearsed.out, /^Nothing is written\. 3 rows: 2 created, 0 updated, 0 unchanged \(0 linked\), 0 skipped, 1 refused/);
  const [reason] = parseRecords(fs.readFileSync(report, 'utf8'));
  assert.deepEqual([reason.row, reason.column, reason.field, reason.value, reason.code], ['4', 'Mail', 'email', 'bad', 'INVALID_EMAIL']);
  assert.deepEqual(await all(), []);
  assert.equal((await admin.get('/imports', { expect: 200 })).body.data.length, before);

  const first = run(file, '--map', map);
  assert.match(first.out, /^3 rows: 2 created, 0 updated/);
  fs.writeFileSync(file, `Last,Mail,Job\nOne,one${tag}@example.com,Chef\nTwo,two${tag}@example.com,Smith\nThree,three${tag}@example.com,\n`);
  const second = run(file, '--map', map, '--key', 'email');
  assert.match(second.out, /^3 rows: 1 created, 1 updated, 1 unchanged/);
  assert.deepEqual((await all()).map((c) => `${c.lastName} ${c.jobTitle}`).sort(), ['One Chef', 'Three null', 'Two Smith']);
  const wrong = run(file, '--map', map, '--key', 'phone');
  assert.equal(wrong.status, 1);
  assert.match(wrong.err, /key: No column is mapped to the key "phone"/);
});

test('S3-IMP the command line guesses what no mapping says, shows what values may be, and takes them when told to', async () => {
  const tag = unique('where');
  const file = path.join(folder, 'accounts.csv');
  fs.writeFileSync(file, `account,sector,office_location\nA ${tag},technolgy,Philipines\nB ${tag},Technology,Srbija\nC ${tag},Technology,Atlantis\n`);
  const columns = { account: 'name', sector: 'industry', office_location: 'billingCountry' };

  const plain = run(file, '--into', 'companies', '--rehearse');
  assert.equal(plain.status, 0, plain.err);
  for (const [column, field] of Object.entries(columns)) assert.ok(plain.out.includes(`column ${column}: ${field}\n`), plain.out);
  assert.match(plain.out, /industry: "technolgy" may be "Technology" \(--accept\)/);
  assert.match(plain.out, /billingCountry: "Philipines" may be "Philippines" \(--accept\)/);
  assert.match(plain.out, /3 rows: 1 created.* 2 refused/);

  const mapped = run(file, '--map', JSON.stringify({ into: 'companies', columns }), '--accept');
  assert.match(mapped.out, /billingCountry: "Philipines" is taken for "Philippines"/);
  assert.ok(!mapped.out.includes('column account'), 'a mapping that is given need not be told');
  assert.match(mapped.out, /3 rows: 2 created.* 1 refused[^]*Atlantis/);
  const stored = await admin.all('/companies', { 'name[contains]': tag });
  assert.deepEqual(stored.map((c) => [c.name[0], c.industry, c.billingCountry]).sort(), [['A', 'Technology', 'PH'], ['B', 'Technology', 'RS']]);

  fs.writeFileSync(file, 'x,y\n1,2\n');
  const nothing = run(file, '--into', 'companies');
  assert.equal(nothing.status, 1);
  assert.match(nothing.err, /No column of the file could be guessed/);
  const piped = run('-', '--into', 'companies');
  assert.equal(piped.status, 1);
  assert.match(piped.err, /must be a file, not a pipe/);
  assert.match(run(file, '--into', 'unicorns').err, /There is nothing called "unicorns"/);
});
