// SPDX-License-Identifier: Apache-2.0
// Nested collections over every entity that has one, by metadata: read with the record, written with it
// whole, validated element by element, logged under it, seen with it.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { errorOf, failingFields } from './harness/client.js';
import { hintsFor } from './harness/hints.js';
import { invalidValues } from './harness/maker.js';
import { Organisation, login, unique } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin, meta, maker } = organisation;
const other = await Organisation.create();
const CASES = meta.entities.filter((entity) => !hintsFor(entity.name).bound).flatMap((entity) => entity.nested.map((nested) => ({ entity, nested })));
const same = (read, sent) => Object.entries(sent).every(([name, value]) =>
  value === read[name] || (typeof value === 'object' && JSON.stringify(value) === JSON.stringify(read[name])) || Number(value) === Number(read[name]));

test('S5-API-26 there are entities with nested collections', () => {
  assert.ok(CASES.length >= 4);
  for (const { entity, nested } of CASES) assert.equal(meta.entity(nested.entity).nestedIn, entity.name);
});

for (const { entity, nested } of CASES) {
  const { name } = nested;
  const title = `${entity.name}.${name}`;
  const elements = (count) => Promise.all(Array.from({ length: count }, () => maker.element(nested)));
  const make = async (count, extra = {}) => maker.create(entity.name, { [name]: await elements(count), ...extra });
  const read = async (id) => (await admin.read(entity.at(id)))[name];
  const childPath = meta.entity(nested.entity).path;
  const timeline = (id) => admin.all(entity.at(id, '/timeline'));

  test(`S5-API-26 ${title} is made with its record, in its order, and read with it`, async () => {
    const sent = await elements(3);
    const body = await maker.body(entity.name, { overrides: { [name]: sent } });
    const made = (await admin.post(entity.path, body, { expect: 201 })).body.data;
    assert.equal(made.version, 1);
    for (const record of [made, await admin.read(entity.at(made.id))]) {
      assert.deepEqual(record[name].map((e) => e.position), [1, 2, 3]);
      record[name].forEach((e, i) => assert.ok(same(e, sent[i]), `${JSON.stringify(e)} of ${JSON.stringify(sent[i])}`));
      for (const field of nested.fields) assert.ok(field.name in record[name][0], field.name);
    }
    assert.deepEqual((await maker.create(entity.name))[name], [], 'a record without them carries an empty array');
  });

  test(`S5-API-30 lists carry ${title} when they are asked for`, async () => {
    const record = await make(2);
    const row = async (query) => (await admin.get(entity.path, { query: { limit: 200, ...query }, expect: 200 })).body.data.find((r) => r.id === record.id);
    assert.ok(!(name in (await row({}))));
    assert.deepEqual((await row({ include: name }))[name], record[name]);
    assert.deepEqual(await row({ fields: name }), { id: record.id, [name]: record[name] });
    assert.deepEqual(await admin.read(entity.at(record.id), { fields: 'id' }), { id: record.id });
    assert.deepEqual(await admin.read(entity.at(record.id), { fields: 'id', include: name }), { id: record.id, [name]: record[name] });
    errorOf(await admin.get(`${entity.path}/export.csv`, { query: { fields: name } }), 400);
  });

  test(`S5-API-26 PATCH replaces ${title}: kept by id, new without, gone when absent`, async () => {
    const record = await make(3);
    const [first, second] = record[name];
    const fresh = await maker.element(nested);
    const changed = { ...fresh, id: second.id };
    const another = await maker.element(nested);
    const answer = await admin.patch(entity.at(record.id), { [name]: [changed, another, first] }, { expect: 200 });
    const rows = answer.body.data[name];
    assert.deepEqual([rows[0].id, rows[2].id], [second.id, first.id]);
    assert.ok(same(rows[0], fresh) && same(rows[1], another));
    assert.deepEqual(rows.map((e) => e.position), [1, 2, 3]);
    assert.ok(!record[name].some((e) => e.id === rows[1].id));
    assert.deepEqual(await read(record.id), rows);
    assert.ok(answer.body.data.version > record.version);
    await admin.patch(entity.at(record.id), { [name]: [] }, { expect: 200 });
    assert.deepEqual(await read(record.id), []);
  });

  test(`S5-API-26 an element of ${title} is replaced whole: what it leaves out returns to its default`, async () => {
    const record = await make(1);
    const [row] = record[name];
    const least = await maker.element(nested, { full: false });
    const [after] = (await admin.patch(entity.at(record.id), { [name]: [{ id: row.id, ...least }] }, { expect: 200 })).body.data[name];
    for (const field of nested.fields.filter((f) => !f.readOnly && !(f.name in least))) {
      assert.equal(JSON.stringify(after[field.name]), JSON.stringify(field.default ?? null), field.name);
    }
  });

  test(`S5-API-26 PUT without ${title} empties it, PATCH leaves it`, async () => {
    const record = await make(2);
    const body = await maker.body(entity.name);
    await admin.patch(entity.at(record.id), { [Object.keys(body)[0]]: body[Object.keys(body)[0]] }, { expect: 200 });
    assert.equal((await read(record.id)).length, 2);
    const answer = await admin.put(entity.at(record.id), body, { expect: 200 });
    assert.deepEqual(answer.body.data[name], []);
  });

  test(`S5-API-26 what was read of ${title} can be sent back, and changes nothing`, async () => {
    const record = await make(2);
    const before = (await timeline(record.id)).length;
    const answer = await admin.patch(entity.at(record.id), { [name]: record[name] }, { expect: 200 });
    assert.equal(answer.body.data.version, record.version);
    assert.deepEqual(answer.body.data[name], record[name]);
    assert.equal((await timeline(record.id)).length, before);
  });

  test(`S1-API-08 every fault of every element of ${title} is told at once`, async () => {
    const good = await maker.element(nested);
    const faults = nested.fields.filter((f) => !f.readOnly && f.type !== 'reference')
      .flatMap((f) => invalidValues(f).slice(0, 1).map(({ value }) => [f.name, value]));
    const bad = faults.map(([field, value]) => ({ ...good, [field]: value }));
    const answer = await admin.post(entity.path, await maker.body(entity.name, { overrides: { nonsense: 1, [name]: [good, ...bad, { ...good, nonsense: 1 }, 'x', null, []] } }));
    const n = bad.length;
    const expected = ['nonsense', ...faults.map(([field], i) => `${name}[${i + 1}].${field}`), `${name}[${n + 1}].nonsense`,
      `${name}[${n + 2}]`, `${name}[${n + 3}]`, `${name}[${n + 4}]`];
    assert.deepEqual(failingFields(answer).sort(), expected.sort());
    for (const value of ['x', 7, {}, null, true]) {
      assert.deepEqual(failingFields(await admin.post(entity.path, await maker.body(entity.name, { overrides: { [name]: value } }))), [name]);
    }
  });

  test(`S1-API-08 references of ${title} are those that the caller sees`, async () => {
    const references = nested.fields.filter((f) => !f.readOnly && f.type === 'reference');
    for (const field of references) {
      const element = { ...(await maker.element(nested, { full: false })), ...maker.only(nested, field, randomUUID()) };
      const answer = await admin.post(entity.path, await maker.body(entity.name, { overrides: { [name]: [element] } }));
      assert.deepEqual(failingFields(answer), [`${name}[0].${field.name}`]);
      const foreign = { ...element, [field.name]: await other.maker.idOf(field.references) };
      const refused = await admin.post(entity.path, await maker.body(entity.name, { overrides: { [name]: [foreign] } }));
      assert.deepEqual(failingFields(refused), [`${name}[0].${field.name}`]);
    }
  });

  test(`S1-API-08 ${title} keeps only rows of its own record, each once, and no more than ${nested.most}`, async () => {
    const record = await make(2);
    const [foreign] = (await make(1))[name];
    const [a, b] = record[name];
    const refusals = [
      [[a, { ...b, id: foreign.id }], [`${name}[1].id`]],
      [[{ ...a, id: randomUUID() }, b], [`${name}[0].id`]],
      [[{ ...a, id: 'x' }, b], [`${name}[0].id`]],
      [[a, { ...b, id: a.id }], [`${name}[1].id`]],
      [Array.from({ length: nested.most + 1 }, () => a), [name]],
    ];
    for (const [sent, fields] of refusals) {
      assert.deepEqual(failingFields(await admin.patch(entity.at(record.id), { [name]: sent })), fields);
    }
    assert.deepEqual(await read(record.id), record[name], 'and nothing of it was written');
    const removed = (await admin.patch(entity.at(record.id), { [name]: [a] }, { expect: 200 })).body.data;
    assert.equal(removed[name].length, 1);
    assert.deepEqual(failingFields(await admin.patch(entity.at(record.id), { [name]: [a, b] })), [`${name}[1].id`]);
    const made = await admin.post(entity.path, await maker.body(entity.name, { overrides: { [name]: [a] } }));
    assert.deepEqual(failingFields(made), [`${name}[0].id`]);
  });

  test(`S5-API-26 If-Match guards ${title} as it does its record`, async () => {
    const record = await make(1);
    const tag = (await admin.get(entity.at(record.id), { expect: 200 })).headers.etag;
    await admin.patch(entity.at(record.id), { [name]: await elements(2) }, { headers: { 'If-Match': tag }, expect: 200 });
    errorOf(await admin.patch(entity.at(record.id), { [name]: [] }, { headers: { 'If-Match': tag } }), 412);
    assert.equal((await read(record.id)).length, 2);
    errorOf(await admin.patch(entity.at(randomUUID()), { [name]: [] }), 404);
  });

  test(`S1-DB-07 changes of ${title} stand in the log of its record, under one changeset`, async () => {
    const record = await make(2);
    const fresh = await maker.element(nested);
    const before = new Set((await timeline(record.id)).map((c) => c.id));
    await admin.patch(entity.at(record.id), { [name]: [{ ...fresh, id: record[name][1].id }, await maker.element(nested)] }, { expect: 200 });
    const rows = (await timeline(record.id)).filter((c) => !before.has(c.id));
    const parts = rows.filter((c) => c.entity === nested.entity);
    assert.deepEqual(parts.map((c) => c.action).sort(), ['create', 'delete', 'update']);
    assert.equal(new Set(rows.map((c) => c.changesetId)).size, 1);
    for (const change of parts) assert.equal(change.parentId, record.id);
    assert.equal(parts.find((c) => c.action === 'delete').recordId, record[name][0].id);
    assert.deepEqual(parts.find((c) => c.action === 'update').diff.position, [2, 1]);
    const created = [...before].length;
    assert.ok(created >= 3, 'the record and two rows were made');
  });

  test(`S5-API-30 the rows of ${title} have a list of their own, which only reads`, async () => {
    const record = await make(2);
    const child = meta.entity(nested.entity);
    const query = { [nested.by]: record.id };
    const listed = await admin.get(childPath, { query, expect: 200 });
    assert.deepEqual(listed.body.data.map((r) => r.id).sort(), record[name].map((e) => e.id).sort());
    assert.equal(listed.body.pagination.total, 2);
    assert.equal((await admin.read(child.at(record[name][0].id)))[nested.by], record.id);
    assert.deepEqual(['create', 'update', 'delete'].map((verb) => child.access[verb]), ['none', 'none', 'none']);
    errorOf(await admin.post(childPath, {}, { documented: false }), 405);
    errorOf(await admin.patch(child.at(record[name][0].id), {}, { documented: false }), 405);
    await admin.get(`${childPath}/export.csv`, { query, expect: 200 });
  });

  if (entity.allows('delete')) {
    test(`S1-DB-04 ${title} goes to the trash with its record and comes back with it`, async () => {
      const record = await make(2);
      const ids = async () => (await admin.all(childPath, { [nested.by]: record.id })).length;
      await admin.delete(entity.at(record.id), { expect: [200, 204] });
      assert.equal(await ids(), 0);
      errorOf(await admin.get(`${childPath}/${record[name][0].id}`), 404);
      assert.deepEqual((await admin.read(entity.at(record.id), { deleted: 'with' }))[name], record[name]);
      const restored = await admin.post(entity.at(record.id, '/restore'), undefined, { expect: 200 });
      assert.deepEqual(restored.body.data[name], record[name]);
      assert.equal(await ids(), 2);
    });
  }

  test(`S3-SEC-04 S3-SEC-05 ${title} is seen and changed by who sees and may change its record`, async () => {
    const record = await make(1);
    const user = await organisation.member('user');
    errorOf(await user.get(entity.at(record.id)), 404);
    errorOf(await user.patch(entity.at(record.id), { [name]: [] }), 404);
    assert.deepEqual(await user.all(childPath, { [nested.by]: record.id }), []);
    const body = await maker.body(entity.name, { overrides: { [name]: [] } });
    for (const field of entity.fields.filter((f) => f.type === 'reference')) {
      if (field.required) body[field.name] = (await user.maker.create(field.references)).id;
      else delete body[field.name];
    }
    const reachable = entity.name === 'activity' ? { contactId: (await user.maker.create('contact')).id } : {};
    const own = await user.create(entity.path, { ...body, ...reachable });
    const element = await user.maker.element(nested, { full: false });
    const answer = await user.patch(entity.at(own.id), { [name]: [element] }, { expect: 200 });
    assert.equal(answer.body.data[name].length, 1);
    assert.equal((await user.all(childPath)).length, 1);
    const removed = await user.patch(entity.at(own.id), { [name]: [] }, { expect: 200 });
    assert.deepEqual(removed.body.data[name], []);
    const accountant = await organisation.member('accountant');
    if (accountant.meta.has(entity.name) && !accountant.meta.entity(entity.name).allows('update')) {
      errorOf(await accountant.patch(entity.at(record.id), { [name]: [] }), 403);
      assert.deepEqual((await accountant.read(entity.at(record.id)))[name], record[name]);
    }
  });

  test(`S5-SEC-01 ${title} of another organisation is not there`, async () => {
    const record = await make(1);
    assert.deepEqual(await other.admin.all(childPath, { [nested.by]: record.id }), []);
    errorOf(await other.admin.get(`${childPath}/${record[name][0].id}`), 404);
    const mine = await other.maker.create(entity.name);
    assert.deepEqual(failingFields(await other.admin.patch(entity.at(mine.id), { [name]: [{ ...record[name][0] }] }))
      .filter((f) => f.endsWith('.id') || /Id$/.test(f)).length > 0, true);
  });

  test(`S5-API-26 arrays of ${title} written at once never mix`, async () => {
    const record = await make(1);
    const arrays = await Promise.all(Array.from({ length: 6 }, () => elements(3)));
    const answers = await Promise.all(arrays.map((rows) => admin.patch(entity.at(record.id), { [name]: rows })));
    assert.ok(answers.every((a) => a.status === 200), answers.map((a) => a.text.slice(0, 200)).join('\n'));
    const rows = await read(record.id);
    assert.equal(rows.length, 3);
    assert.ok(arrays.some((sent) => sent.every((e, i) => same(rows[i], e))), 'the array is one of those sent');
    assert.equal((await admin.all(childPath, { [nested.by]: record.id })).length, 3);
  });
}
