// SPDX-License-Identifier: Apache-2.0
// Imports of files that are broken in every way: each fault is told by row and column, good rows go on, and
// memory stays what it was.
import assert from 'node:assert/strict';
import http from 'node:http';
import test from 'node:test';
import { errorOf } from './harness/client.js';
import { parseRecords } from './harness/csv.js';
import { Organisation, register, unique } from './harness/organisation.js';
import { queryJson } from './harness/psql.js';
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

/** Bytes of ISO 8859-2, as far as the tests have such letters. */
const latin2 = (text) => Buffer.from([...text].map((c) => ({ ż: 0xbf, ó: 0xf3, ł: 0xb3, ć: 0xe6, ą: 0xb1 })[c] ?? c.charCodeAt(0)));
const ENCODINGS = {
  'utf-8 with a mark': { bytes: (text) => Buffer.from(`\ufeff${text}`), name: 'utf-8' },
  'utf-16le': { bytes: (text) => Buffer.from(`\ufeff${text}`, 'utf16le'), name: 'utf-16le' },
  'utf-16be': { bytes: (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(), name: 'utf-16be' },
  'iso-8859-2': { bytes: latin2, name: 'iso-8859-2' },
};

for (const [name, { bytes, name: told_as }] of Object.entries(ENCODINGS))
  test(`S3-IMP a file in ${name}: faults by row and column, the good rows in their letters`, async () => {
    const tag = unique('e');
    const file = bytes(['Last,Mail', `Zażółć${tag},zolw@example.com`, 'Bąk,not an address', 'few', `"two\nlines${tag}",two@example.com`, '"stray"x,y', `Łoś${tag},`.replace('Ł', 'L').replace('ś', 's')].join('\n'));
    const report = await rehearse(admin, file, contacts({ Last: 'lastName', Mail: 'email' }));
    assert.equal(report.details.encoding, told_as);
    assert.deepEqual([report.rows, report.created, report.refused], [6, 3, 3]);
    assert.deepEqual(told(report), ['3 Mail INVALID_EMAIL', '4  TOO_FEW_FIELDS', '7 column 1 STRAY_QUOTE']);
    await admin.post(`/imports/${report.id}/commit`, undefined, { expect: 200 });
    assert.equal((await admin.all('/contacts', { lastName: `Zażółć${tag}` })).length, 1);
    assert.equal((await admin.all('/contacts', { lastName: `two lines${tag}` })).length, 1);
  });

test('S3-IMP letters that are none of the file\u2019s encoding are told by row and column', async () => {
  const wrong = Buffer.concat([Buffer.from('Last,Job\nGood,ą\nBad,'), Buffer.from([0xc3, 0x28]), Buffer.from('\nAlso,x\n')]);
  const utf8 = await rehearse(admin, wrong, { ...contacts({ Last: 'lastName', Job: 'jobTitle' }), encoding: 'utf-8' });
  assert.deepEqual([utf8.created, told(utf8)], [2, ['3 column 2 BAD_ENCODING']]);
  const lone = Buffer.from('\ufeffLast,Job\nGood,x\nBad,\ud800y\nAlso,x\n', 'utf16le');
  const utf16 = await rehearse(admin, lone, contacts({ Last: 'lastName', Job: 'jobTitle' }));
  assert.deepEqual([utf16.created, told(utf16)], [2, ['3 column 2 BAD_ENCODING']]);
});

test('S3-IMP a row of 10,000 columns, and formulas where numbers and dates belong', async () => {
  const tag = unique('w');
  const wide = Array.from({ length: 10_000 }, (_, i) => i).join(',');
  const file = ['Name,Sum,Day', `One ${tag},12,2031-05-01`, wide, `Two ${tag},=1+1,2031-05-01`, `Three ${tag},5,=TODAY()`, `Four ${tag},,`].join('\n');
  const columns = { Name: 'name', Sum: 'amount', Day: 'expectedCloseDate' };
  const report = await rehearse(admin, file, { into: 'deals', columns });
  assert.deepEqual(told(report), ['3 column 501 TOO_MANY_COLUMNS', '4 Sum INVALID_NUMBER', '5 Day INVALID_DATE']);
  assert.equal(report.created, 2);
  const strict = await rehearse(admin, file, { into: 'deals', columns, allOrNothing: true });
  errorOf(await admin.post(`/imports/${strict.id}/commit`, undefined, { expect: 409 }), 409);
  assert.equal((await admin.all('/deals', { 'name[contains]': tag })).length, 0);
});

test('S3-IMP a name that two columns have, a key that two records have: each told, the other rows go on', async () => {
  const tag = unique('t');
  for (const job of ['a', 'b']) await admin.create('/contacts', { lastName: `Twin${tag}`, jobTitle: job });
  const file = `Last,Job,Job\nTwin${tag},x,y\nOne${tag},x,y\nOne${tag},z,z\n`;
  const doubled = (await admin.post('/imports', file, { headers, query: { into: 'contacts' }, expect: 201 })).body.data;
  await admin.patch(`/imports/${doubled.id}`, { map: contacts({ Last: 'lastName', Job: 'jobTitle' }) }, { expect: 200 });
  const error = errorOf(await admin.post(`/imports/${doubled.id}/rehearse`), 422);
  assert.deepEqual(error.details.map((d) => [d.field, d.code]), [['Job', 'DUPLICATE']]);
  const report = await rehearse(admin, file, { ...contacts({ Last: 'lastName', 'Job (2)': 'jobTitle' }), key: 'lastName' });
  assert.deepEqual([report.created, told(report)], [1, ['2 Last AMBIGUOUS', '4 Last DUPLICATE_KEY']]);
  await admin.post(`/imports/${report.id}/commit`, undefined, { expect: 200 });
  assert.equal((await admin.all('/contacts', { lastName: `One${tag}` }))[0].jobTitle, 'y');
});

const quiet = { documented: false };

/** Sends a head and then the same bytes over and over, until there is an answer or `most` have gone. */
function pour(client, path, head, most) {
  const piece = Buffer.alloc(1 << 20, 'y');
  return new Promise((resolve, reject) => {
    const request = http.request(client.server.url + path, {
      method: 'POST', headers: { ...headers, authorization: `Bearer ${client.token}`, 'content-length': head.length + most },
    });
    let sent = 0;
    let answered = false;
    request.on('response', (response) => {
      answered = true;
      let text = '';
      response.on('data', (chunk) => (text += chunk)).on('end', () => resolve({ status: response.statusCode, text, sent }));
    });
    request.on('error', (error) => answered || reject(error));
    const more = () => {
      while (!answered && sent < most) {
        sent += piece.length;
        if (!request.write(piece)) return request.once('drain', more);
      }
      return null;
    };
    request.write(head);
    more();
  });
}

async function endless(server, client) {
  const most = 2 ** 31;
  const map = encodeURIComponent(JSON.stringify(contacts({ Last: 'lastName' })));
  for (const [path, head, line] of [
    ['/api/v1/imports', '', 1],
    ['/api/v1/imports', 'Last,Job\nGood,x\n', 3],
    [`/api/v1/imports?map=${map}`, 'Last,Job\nGood,x\nStray,"', 3],
  ]) {
    const { status, text, sent } = await pour(client, path, Buffer.from(head), most);
    assert.equal(status, 422, text);
    assert.match(JSON.parse(text).error.message, new RegExp(`line ${line} `));
    assert.ok(sent < 2 ** 28, `${sent} bytes were sent`);
  }
  const all = (await client.get('/imports', { ...quiet, expect: 200 })).body.data;
  assert.deepEqual(all.slice(0, 3).map((i) => i.status), Array(3).fill('failed'));
  assert.equal(queryJson(server.dataFolder, `select count(*) from import_pieces where import_id in (${all.slice(0, 3).map((i) => `'${i.id}'`)})`), 0);
  assert.equal((await client.get('/contacts', { ...quiet, expect: 200 })).body.data.length, 0);
}

async function long(server, client) {
  const file = Buffer.concat([Buffer.from('Last,Job\nBefore,x\n'), Buffer.alloc(12 * 1024 * 1024, 'y'), Buffer.from(',z\nAfter,x\n')]);
  await rehearse(client, 'Last,Job\nWarm,x\n', contacts({ Last: 'lastName', Job: 'jobTitle' }), quiet);
  const before = server.residentKilobytes();
  const report = await rehearse(client, file, contacts({ Last: 'lastName', Job: 'jobTitle' }), quiet);
  assert.deepEqual([report.rows, report.created, report.refused], [3, 2, 1]);
  assert.deepEqual(told(report), ['3 column 1 FIELD_TOO_LONG']);
  const grown = server.residentKilobytes() - before;
  assert.ok(grown < 16 * 1024 || /asan/.test(server.binary), `grew by ${grown} KiB`);
}

test('S3-IMP lines that are much too long', async (t) => {
  const server = await ownServer(t);
  const client = await register(server);
  await t.test('S3-IMP one line of 12 MB passes through in bounded memory, and the rows around it are good', () => long(server, client));
  await t.test('S3-IMP one line of 2 GB is refused when it is clear that it has no end, and nothing of it is kept', () => endless(server, client));
});
