// SPDX-License-Identifier: Apache-2.0
// Create, read, list, update, replace, delete over every entity that metadata names.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorOf } from './harness/client.js';
import { hintsFor } from './harness/hints.js';
import { Organisation } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin, meta, maker } = organisation;

const sameValue = (type, sent, read, where) => {
  if (type === 'datetime') return assert.equal(new Date(read).getTime(), new Date(sent).getTime(), where);
  if (['money', 'decimal', 'percent', 'integer'].includes(type)) return assert.equal(Number(read), Number(sent), where);
  return assert.deepEqual(read, sent, where);
};

function assertReadsBack(entity, sent, record) {
  for (const [name, value] of Object.entries(sent)) {
    sameValue(entity.field(name)?.type, value, record[name], `${entity.name}.${name}`);
  }
}

for (const entity of meta.allowing('create')) {
  test(`S1-API-03 S5-API-26 create ${entity.name} with required fields only`, async () => {
    const body = await maker.body(entity.name);
    const answer = await admin.post(entity.path, body, { expect: 201 });
    const record = answer.body.data;
    assert.equal(answer.body.success, true);
    assert.equal(new URL(answer.headers.location, admin.server.url).pathname, entity.at(record.id));
    assertReadsBack(entity, body, record);
    assert.match(record.id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/, 'UUIDv7');
    assert.equal(record.version, 1);
    assert.ok(Math.abs(Date.now() - new Date(record.createdAt)) < 60_000, 'createdAt is now');
    assert.equal(record.createdBy, admin.id);
  });

  test(`S1-API-02 S1-API-03 create ${entity.name} with every field and read it back`, async () => {
    const body = await maker.body(entity.name, { full: true });
    const created = (await admin.post(entity.path, body, { expect: 201 })).body.data;
    assertReadsBack(entity, body, created);
    const read = await admin.get(entity.at(created.id), { expect: 200 });
    assert.ok(read.headers.etag, 'ETag');
    assertReadsBack(entity, body, read.body.data);
    for (const field of entity.fields) {
      assert.ok(field.custom || field.name in read.body.data, `${field.name} is in the answer`);
    }
  });

  test(`S1-API-01 S5-API-30 list ${entity.name}`, async () => {
    const record = await maker.create(entity.name);
    const rows = await admin.all(entity.path);
    assert.ok(rows.some((row) => row.id === record.id));
  });
}

for (const entity of meta.allowing('create', 'update')) {
  const { fixed } = hintsFor(entity.name);

  test(`S5-API-26 PATCH changes each field of ${entity.name} alone`, async () => {
    let record = await maker.create(entity.name, {}, { full: true });
    for (const field of maker.fields(entity, entity.editable)) {
      if (field.name in fixed || field.type.endsWith('eference') || field.type.startsWith('date')) continue;
      const value = await maker.value(field);
      const answer = await admin.patch(entity.at(record.id), { [field.name]: value }, { expect: 200 });
      sameValue(field.type, value, answer.body.data[field.name], field.name);
      assert.ok(answer.body.data.version >= record.version, 'version never falls');
      record = answer.body.data;
    }
    // Dates follow rules among each other (an end is not before its start), so they move together.
    const dates = {};
    const n = ++maker.count;
    for (const field of maker.fields(entity, entity.editable).filter((f) => f.type.startsWith('date'))) {
      dates[field.name] = await maker.value(field, n);
    }
    const moved = await admin.patch(entity.at(record.id), dates, { expect: 200 });
    assertReadsBack(entity, dates, moved.body.data);
  });

  test(`S5-API-26 PATCH null clears the optional fields of ${entity.name}`, async () => {
    const { need } = hintsFor(entity.name);
    const bare = await maker.create(entity.name);
    const record = await maker.create(entity.name, {}, { full: true });
    // What the server fills by itself is never null.
    const clearable = maker.fields(entity, entity.editable).filter((field) =>
      !field.required && !(field.name in fixed) && !need.includes(field.name) && bare[field.name] === null);
    for (const field of clearable) {
      const answer = await admin.patch(entity.at(record.id), { [field.name]: null }, { expect: 200 });
      assert.equal(answer.body.data[field.name], null, field.name);
    }
  });

  test(`S1-API-04 PUT replaces ${entity.name}: what is absent returns to its default`, async () => {
    const record = await maker.create(entity.name, {}, { full: true });
    const body = await maker.body(entity.name);
    for (const field of entity.writable) {
      if (field.immutable && field.name in body) body[field.name] = record[field.name];
    }
    const bare = await maker.create(entity.name);
    const answer = await admin.put(entity.at(record.id), body, { expect: 200 });
    assertReadsBack(entity, body, answer.body.data);
    const optional = maker.fields(entity, entity.editable).filter((f) => ['longText', 'phone', 'url', 'date'].includes(f.type));
    for (const field of optional) {
      if (!(field.name in body)) assert.equal(answer.body.data[field.name], field.default ?? bare[field.name], field.name);
    }
  });
}

/** One that is there; where none is, somebody joins the organisation, which is news. */
async function someRecord(entity) {
  if (!(await admin.all(entity.path)).length) await organisation.member('user');
  for (let i = 0; i < 200; i++) {
    const [record] = await admin.all(entity.path);
    if (record) return record;
    await sleep(50);
  }
  throw new Error(`there is no ${entity.name}`);
}

// Keys have a route of their own that makes them (sessions.test.js), and here there is none yet.
for (const entity of meta.allowing('read', 'update').filter((e) => !e.allows('create') && e.name !== 'api_key')) {
  test(`S2-API-04 PATCH changes each field of one's own ${entity.name}, which is not created here`, async () => {
    const record = await someRecord(entity);
    for (const field of maker.fields(entity, entity.editable).filter((f) => !f.type.endsWith('eference'))) {
      const value = await maker.value(field);
      const answer = await admin.patch(entity.at(record.id), { [field.name]: value }, { expect: 200 });
      sameValue(field.type, value, answer.body.data[field.name], field.name);
    }
    errorOf(await admin.post(entity.path, {}, { documented: false }), 405);
  });
}

for (const entity of meta.allowing('create', 'delete')) {
  test(`S1-API-05 S1-DB-04 DELETE of ${entity.name} is soft: gone from reads, back by restore`, async () => {
    const record = await maker.create(entity.name);
    await admin.delete(entity.at(record.id), { expect: [200, 204] });
    errorOf(await admin.get(entity.at(record.id)), 404);
    errorOf(await admin.delete(entity.at(record.id)), 404);
    const rows = await admin.all(entity.path);
    assert.ok(!rows.some((row) => row.id === record.id));
    const restored = await admin.post(entity.at(record.id, '/restore'), undefined, { expect: 200 });
    assert.equal(restored.body.data.id, record.id);
    await admin.get(entity.at(record.id), { expect: 200 });
  });

  test(`S1-DB-04 the trash of ${entity.name} is listed with deleted=only and deleted=with`, async () => {
    const kept = await maker.create(entity.name);
    const gone = await maker.create(entity.name);
    await admin.delete(entity.at(gone.id), { expect: [200, 204] });
    const ids = async (deleted) => (await admin.all(entity.path, { deleted })).map((row) => row.id);
    const only = await ids('only');
    assert.ok(only.includes(gone.id) && !only.includes(kept.id));
    const both = await ids('with');
    assert.ok(both.includes(gone.id) && both.includes(kept.id));
  });
}

for (const entity of meta.allowing('read')) {
  test(`S1-API-07 ${entity.name}: unknown and malformed ids are 404`, async () => {
    errorOf(await admin.get(entity.at(randomUUID())), 404);
    errorOf(await admin.get(entity.at('not-an-id')), 404);
  });

  test(`S5-API-26 HEAD answers ${entity.name} as GET does, without a body`, async () => {
    const got = await admin.get(entity.path, { query: { limit: 1 }, expect: 200 });
    const head = await admin.send('HEAD', entity.path, { query: { limit: 1 }, expect: 200 });
    assert.equal(head.text, '');
    assert.equal(head.headers['content-type'], got.headers['content-type']);
  });
}
