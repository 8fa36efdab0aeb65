// SPDX-License-Identifier: Apache-2.0
// JSON that is malformed, duplicate, deep, huge or not text at all gets a clear 400 and no more.
import assert from 'node:assert/strict';
import test from 'node:test';
import { errorOf, failingFields } from './harness/client.js';
import { Organisation } from './harness/organisation.js';

const { admin } = await Organisation.create();
const send = (body, headers) => admin.post('/contacts', body, { headers });

const malformed = {
  'nothing': '',
  'an open object': '{',
  'an open string': '{"lastName":"a',
  'a trailing comma': '{"lastName":"a",}',
  'a second value': '{"lastName":"a"}{}',
  'text after the value': '{"lastName":"a"} x',
  'single quotes': "{'lastName':'a'}",
  'an unquoted key': '{lastName:"a"}',
  'a comment': '{"lastName":"a"/* */}',
  'NaN': '{"score":NaN}',
  'Infinity': '{"score":Infinity}',
  'a leading zero': '{"score":01}',
  'a plus sign': '{"score":+1}',
  'a bare dot': '{"score":.5}',
  'hex': '{"score":0x1}',
  'a raw newline in a string': '{"lastName":"a\nb"}',
  'a raw NUL in a string': '{"lastName":"a\0b"}',
  'a NUL after the value': '{"lastName":"a"}\0',
  'an escaped NUL in a string': '{"lastName":"a\\u0000b"}',
  'a bad escape': '{"lastName":"\\x"}',
  'a short \\u escape': '{"lastName":"\\u12"}',
  'a lone high surrogate': '{"lastName":"\\ud800"}',
  'a lone low surrogate': '{"lastName":"\\udc00x"}',
  'a duplicate key': '{"lastName":"a","lastName":"b"}',
  'a duplicate key written with an escape': '{"lastName":"a","last\\u004eame":"b"}',
  'a duplicate key deep inside': '{"lastName":"a","custom":{"a":1,"a":2}}',
  'depth 65': `{"lastName":"a","custom":${'{"a":'.repeat(64)}1${'}'.repeat(64)}}`,
  'depth 100,000': '['.repeat(100_000),
  'a byte order mark alone': '\ufeff',
};

for (const [name, body] of Object.entries(malformed)) {
  test(`S2-SEC-10 S1-API-08 refused with 400: ${name}`, async () => {
    const error = errorOf(await send(body), 400);
    assert.doesNotMatch(error.message, /yajl|lexical|0x[0-9a-f]{6}/i);
  });
}

const bytes = {
  'a lone continuation byte': [0x80], 'an overlong slash': [0xc0, 0xaf], 'an encoded surrogate': [0xed, 0xa0, 0x80],
  'past U+10FFFF': [0xf4, 0x90, 0x80, 0x80], 'a cut sequence': [0xe2, 0x82], 'Latin-1': [0xe9],
};

for (const [name, sequence] of Object.entries(bytes)) {
  test(`S2-SEC-10 refused with 400: not UTF-8, ${name}`, async () => {
    errorOf(await send(Buffer.concat([Buffer.from('{"lastName":"'), Buffer.from(sequence), Buffer.from('"}')])), 400);
  });
}

test('S2-SEC-10 UTF-16 and UTF-32 bodies are refused', async () => {
  for (const encoding of ['utf16le', 'ucs2']) {
    const answer = await send(Buffer.from('{"lastName":"a"}', encoding));
    assert.ok([400, 415].includes(answer.status));
  }
});

test('S2-SEC-10 numbers past any range are 422 and named, not 500', async () => {
  for (const number of ['1e999', '-1e999', '9'.repeat(400), '1e-400', '0.1e400', '123456789012345678901234567890']) {
    const answer = await admin.post('/companies', `{"name":"Numbers","annualRevenue":${number},"employees":${number}}`);
    if (number === '1e-400') continue;
    const fields = failingFields(answer);
    assert.ok(fields.includes('annualRevenue') && fields.includes('employees'), `${number}: ${fields}`);
  }
});

test('S2-SEC-10 many keys and long strings are refused in good time', async () => {
  const keys = `{${Array.from({ length: 40_000 }, (_, i) => `"k${i}":${i}`).join(',')}}`;
  const started = performance.now();
  const answer = await send(keys);
  assert.ok([400, 413, 422].includes(answer.status), String(answer.status));
  assert.ok(performance.now() - started < 5000);
  assert.deepEqual(failingFields(await send(JSON.stringify({ lastName: 'x'.repeat(900_000) }))), ['lastName']);
});

test('S1-API-07 other media types are 415, a charset other than UTF-8 too', async () => {
  for (const type of ['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/json; charset=utf-16']) {
    errorOf(await send('{"lastName":"a"}', { 'content-type': type }), 415);
  }
  assert.equal((await send('{"lastName":"a"}', { 'content-type': 'application/json; charset=UTF-8' })).status, 201);
});

test('S3-SEC-07 S2-SEC-11 text that looks like SQL or HTML is kept as text', async () => {
  for (const text of ["Robert'); DROP TABLE contacts;--", '<script>alert(1)</script>', '${7*7}', '%s%n%x', '\\', "' OR 1=1 --", '{"a":1}', 'naïve 日本語 🎉']) {
    const record = await admin.create('/contacts', { lastName: text });
    assert.equal(record.lastName, text);
    const found = await admin.all('/contacts', { lastName: text });
    assert.ok(found.some((row) => row.id === record.id), text);
    await admin.get('/contacts', { query: { q: text }, expect: 200 });
    await admin.get('/contacts', { query: { 'lastName[contains]': text }, expect: 200 });
  }
});

test('S3-SEC-07 wildcards in contains are ordinary characters', async () => {
  await admin.create('/contacts', { lastName: 'percent%sign_here' });
  assert.equal((await admin.all('/contacts', { 'lastName[contains]': '%' })).length, 1 + (await admin.all('/contacts')).filter((r) => r.lastName.includes('%') && r.lastName !== 'percent%sign_here').length);
  assert.deepEqual(await admin.all('/contacts', { 'lastName[contains]': 'percent_sign' }), []);
});
