// SPDX-License-Identifier: Apache-2.0
// Imports of files that are broken in every way: each fault is told by row and column, good rows go on, and
// memory stays what it was.
import assert from 'node:assert/strict';
import test from 'node:test';
import { errorOf } from './harness/client.js';
import { parseRecords } from './harness/csv.js';
import { Organisation, register, unique } from './harness/organisation.js';
import { ownServer } from './harness/server.js';

const organisation = await Organisation.create();
const { admin } = organisation;
const headers = { 'content-type': 'text/csv' };

async function rehearse(client, file, map, options = {}) {
  const kept = (await client.post('/imports', file, { headers, query: { into: map.into }, expect: 201, ...options })).body.data;
  await client.patch(`/imports/${kept.id}`, { map }, { expect: 200, ...options });
  return (await client.post(`/imports/${kept.id}/rehearse`, undefined, { expect: 200, ...options })).body.data;
}
const contacts = (columns) => ({ into: 'contacts', columns });
const told = (report) => report.problems.map((p) => `${p.row} ${p.column ?? p.field} ${p.code}`);

test('S3-IMP ragged rows, stray quotes, NUL, embedded newlines and formulas', async () => {
  const tag = unique('b');
  const file = [
    'Last,Job,Mail',
    `One${tag},"first\nsecond",one${tag}@example.com`,
    'few,fields',
    'too,many,fields,here',
    '"stray"quote,x,y',
    'nul\0byte,x,',
    `Two${tag},'=1+1,`,
    `Three${tag},=cmd|'/c calc'!A0,`,
    `Four${tag},,=not an address`,
    '"never closed,x,y\nand more',
  ].join('\n');
  const report = await rehearse(admin, file, contacts({ Last: 'lastName', Job: 'jobTitle', Mail: 'email' }));
  assert.deepEqual([report.rows, report.created, report.refused], [9, 3, 6]);
  assert.deepEqual(told(report), [
    '4  TOO_FEW_FIELDS',
    '5  TOO_MANY_FIELDS',
    '6 column 1 STRAY_QUOTE',
    '7 column 1 NUL',
    '10 Mail INVALID_EMAIL',
    '11 column 1 UNTERMINATED_QUOTE',
  ]);
  await admin.post(`/imports/${report.id}/commit`, undefined, { expect: 200 });
  const jobs = await Promise.all(['One', 'Two', 'Three'].map(async (n) => (await admin.all('/contacts', { lastName: n + tag }))[0].jobTitle));
  assert.deepEqual(jobs, ['first second', '=1+1', "=cmd|'/c calc'!A0"]);
  const csv = parseRecords((await admin.get(`/imports/${report.id}/report.csv`, { expect: 200 })).text);
  assert.equal(csv.find((r) => r.row === '10').value, "'=not an address");
});

test('S3-IMP 10,000 columns, a header without an end, nothing but NUL: refused with the reason', async () => {
  const wide = Array.from({ length: 10_000 }, (_, i) => `c${i}`).join(',');
  const many = errorOf(await admin.post('/imports', `${wide}\n${wide}\n`, { headers, expect: 422 }), 422);
  assert.match(many.message, /500 columns/);
  const endless = errorOf(await admin.post('/imports', Buffer.alloc(200_000, 'x'), { headers, expect: 422 }), 422);
  assert.match(endless.message, /64 KiB/);
  errorOf(await admin.post('/imports', Buffer.alloc(5000), { headers, expect: 422 }), 422);
  errorOf(await admin.post('/imports', '\ufeff', { headers, expect: 422 }), 422);
  const failed = (await admin.get('/imports', { expect: 200 })).body.data.filter((i) => i.status === 'failed');
  assert.ok(failed.length >= 4 && failed.every((i) => i.error));
});

test('S3-IMP a record that the caller does not see is not found, whatever it is called', async () => {
  const tag = unique('v');
  const role = await admin.create('/roles', {
    name: unique('Own '),
    preset: 'user',
    access: { company: { read: 'own', create: 'own' }, contact: { create: 'own', import: 'own' } },
  });
  const member = await organisation.member(role.key);
  const hidden = await admin.create('/companies', { name: `Hidden ${tag}` });
  const file = `Last,Firm\na,Hidden ${tag}\nb,${hidden.id}\nc,\n`;
  const report = await rehearse(member, file, contacts({ Last: 'lastName', Firm: 'companyId' }));
  assert.deepEqual([report.created, report.refused], [1, 2]);
  assert.deepEqual(told(report), ['2 Firm UNKNOWN_REFERENCE', '3 Firm UNKNOWN_REFERENCE']);
  const never = await rehearse(admin, `Last,Firm\na,Never ${tag}\n`, contacts({ Last: 'lastName', Firm: 'companyId' }));
  assert.equal(never.problems[0].message, report.problems[0].message);
});

test('S3-IMP more faults than are kept are counted all the same', async () => {
  const rows = Array.from({ length: 12_000 }, (_, i) => `Name,bad ${i}`);
  const report = await rehearse(admin, ['Last,Mail', ...rows, 'Good,good@example.com'].join('\n'), contacts({ Last: 'lastName', Mail: 'email' }));
  assert.deepEqual([report.rows, report.created, report.refused, report.problems.length], [12_001, 1, 12_000, 100]);
});

test('S3-IMP one line of 12 MB passes through in bounded memory, and the rows around it are good', async (t) => {
  const server = await ownServer(t);
  const client = await register(server);
  const quiet = { documented: false };
  const file = Buffer.concat([Buffer.from('Last,Job\nBefore,x\n'), Buffer.alloc(12 * 1024 * 1024, 'y'), Buffer.from(',z\nAfter,x\n')]);
  await rehearse(client, 'Last,Job\nWarm,x\n', contacts({ Last: 'lastName', Job: 'jobTitle' }), quiet);
  const before = server.residentKilobytes();
  const report = await rehearse(client, file, contacts({ Last: 'lastName', Job: 'jobTitle' }), quiet);
  assert.deepEqual([report.rows, report.created, report.refused], [3, 2, 1]);
  assert.deepEqual(told(report), ['3 column 1 FIELD_TOO_LONG']);
  const grown = server.residentKilobytes() - before;
  assert.ok(grown < 16 * 1024 || /asan/.test(server.binary), `grew by ${grown} KiB`);
});
