// SPDX-License-Identifier: Apache-2.0
// Every field of every entity refuses what it must, and all failing fields are named at once.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { errorOf, failingFields } from './harness/client.js';
import { invalidValues } from './harness/maker.js';
import { Organisation } from './harness/organisation.js';

const { admin, meta, maker } = await Organisation.create();
const namesField = (fields, name) => fields.some((field) => field === name || field.startsWith(`${name}.`) || field.startsWith(`${name}[`));

for (const entity of meta.allowing('create')) {
  test(`S1-API-08 S2-API-19 each field of ${entity.name} refuses wrong values`, async () => {
    const body = await maker.body(entity.name);
    const wrong = [];
    for (const field of entity.writable) {
      for (const { why, value } of field.custom ? [] : invalidValues(field)) {
        const answer = await admin.post(entity.path, { ...body, [field.name]: value });
        if (answer.status !== 422 || !namesField(failingFields(answer), field.name)) {
          wrong.push(`${field.name} (${field.type}), ${why}: ${answer.status} ${answer.text.slice(0, 200)}`);
        }
      }
    }
    assert.deepEqual(wrong, []);
  });

  test(`S1-API-08 ${entity.name}: all failing fields are reported in one answer`, async () => {
    const expected = [];
    const body = await maker.body(entity.name);
    for (const field of entity.writable) {
      const [first] = field.custom ? [] : invalidValues(field).filter(({ value }) => value !== null);
      if (!first) continue;
      body[field.name] = first.value;
      expected.push(field.name);
    }
    body.noSuchField = 1;
    const fields = failingFields(await admin.post(entity.path, body));
    assert.deepEqual(expected.concat('noSuchField').filter((name) => !namesField(fields, name)), []);
  });

  test(`S1-API-08 ${entity.name}: unknown and read-only fields are refused by name`, async () => {
    const body = await maker.body(entity.name);
    assert.deepEqual(failingFields(await admin.post(entity.path, { ...body, noSuchField: 'x' })), ['noSuchField']);
    assert.deepEqual(failingFields(await admin.post(entity.path, { ...body, orgId: randomUUID() })), ['orgId']);
    const readOnly = entity.fields.filter((field) => field.readOnly && field.type === 'text')[0];
    if (readOnly) {
      assert.deepEqual(failingFields(await admin.post(entity.path, { ...body, [readOnly.name]: 'x' })), [readOnly.name]);
    }
  });

  test(`S1-API-08 ${entity.name}: required fields may not be missing`, async () => {
    const body = await maker.body(entity.name);
    for (const field of entity.writable.filter((f) => f.required && (f.default === null || f.default === undefined))) {
      const { [field.name]: _, ...rest } = body;
      const fields = failingFields(await admin.post(entity.path, rest));
      assert.ok(namesField(fields, field.name), `${field.name}: ${fields}`);
    }
  });

  test(`S1-API-08 ${entity.name}: a body must be one object`, async () => {
    for (const body of ['[]', '1', '"x"', 'null', 'true']) {
      const answer = await admin.post(entity.path, body);
      assert.ok([400, 422].includes(answer.status), `${body}: ${answer.status}`);
    }
  });
}

for (const entity of meta.allowing('create', 'update')) {
  test(`S1-API-08 PATCH of ${entity.name} refuses wrong values and leaves the record alone`, async () => {
    const record = await maker.create(entity.name);
    const wrong = [];
    for (const field of entity.editable) {
      const [first] = field.custom ? [] : invalidValues(field);
      if (!first) continue;
      const answer = await admin.patch(entity.at(record.id), { [field.name]: first.value });
      if (answer.status !== 422 || !namesField(failingFields(answer), field.name)) {
        wrong.push(`${field.name}: ${answer.status} ${answer.text.slice(0, 200)}`);
      }
    }
    assert.deepEqual(wrong, []);
    assert.deepEqual(await admin.read(entity.at(record.id)), record);
  });

  test(`S1-API-08 ${entity.name}: an immutable field cannot be changed`, async () => {
    const record = await maker.create(entity.name, {}, { full: true });
    for (const field of entity.writable.filter((f) => f.immutable && maker.canMake(f) && !f.type.endsWith('eference'))) {
      let value = await maker.value(field);
      if (value === record[field.name]) value = await maker.value(field);
      if (value === record[field.name]) continue;
      const fields = failingFields(await admin.patch(entity.at(record.id), { [field.name]: value }));
      assert.ok(namesField(fields, field.name));
    }
  });

  test(`S1-API-08 PATCH of ${entity.name} with the wrong content type is 415`, async () => {
    const record = await maker.create(entity.name);
    errorOf(await admin.patch(entity.at(record.id), 'a=b', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }), 415);
  });
}

test('S3-SEC-06 text is trimmed and normalised, e-mail lower-cased, empty text is null', async () => {
  const entity = meta.entity('contact');
  const record = await admin.create(entity.path, {
    firstName: '  Zoe\u0308  ', lastName: 'Plain', email: ' Mixed.Case@Example.COM ', jobTitle: '',
  });
  assert.equal(record.firstName, 'Zo\u00eb');
  assert.equal(record.email, 'mixed.case@example.com');
  assert.equal(record.jobTitle, null);
});

test('S3-SEC-06 money keeps its cents and takes numeric strings', async () => {
  const deals = meta.entity('deal').path;
  for (const [sent, read] of [[0.1, '0.10'], ['999999999999.99', '999999999999.99'], [12, '12.00'], ['0.30', '0.30']]) {
    const answer = await admin.post(deals, { name: 'Money', amount: sent }, { expect: 201 });
    assert.match(answer.text, new RegExp(`"amount":\\s*${read.replace('.', '\\.')}[,}]`));
  }
});
