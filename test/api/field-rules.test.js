// SPDX-License-Identifier: Apache-2.0
// Field rules of a role: a field that is `none` is not there on any way out, nor can it be asked by; one that
// is `read` is not written. Every field that can carry a rule is tried on every entity.
import assert from 'node:assert/strict';
import test from 'node:test';
import { errorOf, failingFields } from './harness/client.js';
import { Meta } from './harness/meta.js';
import { Organisation, unique } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin, maker, meta } = organisation;
await admin.create('/custom-fields', { entity: 'contact', key: 'salary', type: 'integer', label: 'Salary' });
await admin.create('/custom-fields', { entity: 'contact', key: 'size', type: 'text', label: 'Size' });

const role = await admin.create('/roles', { name: unique('Field rules '), preset: 'manager' });
const member = await organisation.member(role.key);
const rule = async (fields) => {
  const { body } = await admin.patch(`/roles/${role.id}`, { fields: Object.fromEntries(Object.keys((await admin.read(`/roles/${role.id}`)).fields).map((name) => [name, null])) }, { expect: 200 });
  assert.deepEqual(body.data.fields, {});
  await admin.patch(`/roles/${role.id}`, { fields }, { expect: 200 });
  member.meta = await Meta.load(member);
};

const ruled = (entity) => entity.fields.filter((f) => !f.custom && !['id', 'version', 'custom'].includes(f.name));
const readable = member.meta.entities.filter((e) => meta.has(e.name) && meta.entity(e.name).allows('create') && !['user', 'role'].includes(e.name));

for (const entity of readable) {
  test(`S5-SEC-08 no field of ${entity.name} that is kept from a role gets out`, async () => {
    const full = meta.entity(entity.name);
    const record = await maker.create(entity.name, {}, { full: true });
    const text = full.editable.find((f) => f.type === 'text' && maker.fields(full).includes(f));
    if (text) await admin.patch(full.at(record.id), { [text.name]: await maker.value(text) }, { expect: 200 });
    // All at once but what the entity cannot be made or listed without: the title names it.
    const hidden = ruled(full).map((f) => f.name);
    await rule(Object.fromEntries(hidden.map((name) => [`${entity.name}.${name}`, 'none'])));
    const names = (row) => Object.keys(row).filter((key) => hidden.includes(key));
    assert.deepEqual(names(await member.read(full.at(record.id))), [], 'get');
    const list = await member.get(full.path, { query: { limit: 5 }, expect: 200 });
    for (const row of list.body.data) assert.deepEqual(names(row), [], 'list');
    const heading = (await member.get(`${full.path}/export.csv`, { expect: 200 })).text.split('\r\n')[0].replace(/^\uFEFF/, '').split(',');
    assert.deepEqual(heading.filter((name) => hidden.includes(name)), [], 'export');
    for (const change of await member.all(full.at(record.id, '/timeline'))) {
      if (change.entity === entity.name) assert.deepEqual(names(change.diff ?? {}), [], 'timeline');
    }
    const seen = member.meta.entity(entity.name);
    assert.deepEqual(seen.fields.filter((f) => hidden.includes(f.name)), [], 'meta');
    assert.deepEqual([...seen.titleFields, ...seen.listFields].filter((name) => hidden.includes(name)), []);
    for (const field of ruled(full)) {
      const asked = [`fields=${field.name}`, `sort=${field.name}`, `sort=-${field.name}`, `${field.name}[null]=true`, `${field.name}=x`];
      if (field.include) asked.push(`include=${field.include}`);
      for (const query of asked) assert.equal((await member.get(full.path, { query })).status, 400, query);
    }
  });
}

test('S5-SEC-08 what may only be read is refused by name, and a replacement leaves it', async () => {
  await rule({ 'contact.jobTitle': 'read', 'contact.ownerId': 'read', 'contact.email': 'none' });
  const contact = await maker.create('contact', { jobTitle: 'Head', email: 'kept@example.com', ownerId: admin.id });
  const read = await member.read(`/contacts/${contact.id}`);
  assert.equal(read.jobTitle, 'Head');
  for (const answer of [
    await member.patch(`/contacts/${contact.id}`, { jobTitle: 'Foot', phone: '+1 555 0100' }),
    await member.post('/contacts', { lastName: 'New', jobTitle: 'Foot' }),
  ]) {
    const error = errorOf(answer, 403, 'FORBIDDEN');
    assert.deepEqual(error.details.map((d) => [d.field, d.code]), [['jobTitle', 'FORBIDDEN']]);
  }
  assert.equal((await admin.read(`/contacts/${contact.id}`)).phone, contact.phone, 'nothing was written');
  assert.deepEqual(failingFields(await member.patch(`/contacts/${contact.id}`, { email: 'x@example.com' })), ['email'], 'hidden is unknown');
  await member.put(`/contacts/${contact.id}`, { lastName: 'Replaced' }, { expect: 200 });
  const kept = await admin.read(`/contacts/${contact.id}`);
  assert.deepEqual([kept.lastName, kept.jobTitle, kept.email, kept.ownerId], ['Replaced', 'Head', 'kept@example.com', admin.id]);
  assert.equal(member.meta.entity('contact').field('jobTitle').readOnly, true);
  assert.equal((await member.create('/contacts', { lastName: 'Made' })).ownerId, member.id, 'the server still says whose it is');
});

test('S5-SEC-08 order, search and cursors tell nothing of what is hidden', async () => {
  const words = Array.from({ length: 4 }, () => unique('word'));
  for (const [i, word] of words.entries()) {
    await maker.create('contact', { firstName: `Visible${i}`, lastName: 'Common', email: `${word}@example.com`, phone: `+1 555 77700${i}` });
  }
  await rule({ 'contact.email': 'none', 'contact.phone': 'none', 'contact.createdAt': 'none' });
  for (const word of [...words, `${words[0]}@example.com`, '155577700']) {
    const found = await member.get('/contacts', { query: { q: word }, expect: 200 });
    assert.deepEqual([found.body.data.length, found.body.pagination.total], [0, 0], word);
  }
  assert.equal((await member.get('/contacts', { query: { q: 'visible2 common' }, expect: 200 })).body.data.length, 1, 'the visible fields are searched');
  const page = (await member.get('/contacts', { query: { limit: 2 }, expect: 200 })).body;
  assert.ok(!Buffer.from(page.pagination.nextCursor, 'base64url').toString().includes('202'), 'no time in the cursor');
  const ids = (await member.all('/contacts')).map((row) => row.id);
  assert.deepEqual(ids, [...ids].sort().reverse());
  assert.equal((await member.get('/contacts', { query: { sort: 'email' } })).status, 400);
  const csv = await member.get('/contacts/export.csv', { query: { q: words[1] }, expect: 200 });
  assert.equal(csv.text.trim().split('\r\n').length, 1, 'only the heading');
});

test('S5-SEC-08 names of what is referred to follow the rules of what is referred to', async () => {
  const company = await maker.create('company', { name: unique('Secretive ') });
  const contact = await maker.create('contact', { companyId: company.id });
  await rule({ 'company.name': 'none' });
  const read = await member.read(`/contacts/${contact.id}`, { include: 'company' });
  assert.deepEqual(read.company, { id: company.id });
  const csv = (await member.get('/contacts/export.csv', { expect: 200 })).text;
  assert.ok(csv.includes(company.id) && !csv.includes(company.name));
});

test('S5-SEC-08 counts by a hidden reference are not told', async () => {
  const company = await maker.create('company');
  await maker.create('lead', { companyId: company.id });
  await rule({});
  assert.equal((await member.read(`/companies/${company.id}`, { include: 'counts' })).leadsCount, 1);
  await rule({ 'lead.companyId': 'none' });
  assert.equal((await member.read(`/companies/${company.id}`, { include: 'counts' })).leadsCount, undefined);
});

test('S5-SEC-08 custom fields have rules of their own', async () => {
  const contact = await maker.create('contact', { custom: { salary: 4711, size: 'L' } });
  await admin.patch(`/contacts/${contact.id}`, { custom: { salary: 4712, size: 'M' } }, { expect: 200 });
  await admin.patch(`/contacts/${contact.id}`, { custom: { salary: 4713 } }, { expect: 200 });
  await rule({ 'contact.custom.salary': 'none', 'contact.custom.size': 'read' });
  const at = `/contacts/${contact.id}`;
  assert.deepEqual((await member.read(at)).custom, { size: 'M' });
  assert.ok(!(await member.get('/contacts', { query: { 'custom.size': 'M' }, expect: 200 })).text.includes('4713'));
  for (const query of ['custom.salary=4713', 'custom.salary[gte]=1', 'sort=custom.salary']) {
    assert.equal((await member.get('/contacts', { query })).status, 400, query);
  }
  const csv = (await member.get('/contacts/export.csv', { expect: 200 })).text;
  assert.ok(csv.includes('custom.size') && !csv.includes('custom.salary') && !csv.includes('4713'));
  const timeline = await member.get(`${at}/timeline`, { expect: 200 });
  assert.ok(!/salary|471/.test(timeline.text));
  assert.deepEqual(timeline.body.data.map((c) => c.diff), [{}, { custom: [{ size: 'L' }, { size: 'M' }] }, null]);
  assert.deepEqual(failingFields(await member.patch(at, { custom: { salary: 1 } })), ['custom.salary']);
  errorOf(await member.patch(at, { custom: { size: 'S' } }), 403);
  await member.put(at, { lastName: 'Replaced' }, { expect: 200 });
  assert.deepEqual((await admin.read(at)).custom, { salary: 4713, size: 'M' });
  assert.deepEqual(member.meta.entity('contact').fields.filter((f) => f.custom).map((f) => [f.name, f.readOnly]), [['custom.size', true]]);
  await rule({ 'contact.custom': 'none' });
  assert.equal((await member.read(at)).custom, undefined);
  assert.equal((await member.get('/contacts', { query: 'custom.size=M' })).status, 400);
  assert.ok(!(await member.get('/contacts/export.csv', { expect: 200 })).text.includes('custom'));
});

test('S5-SEC-08 an import sets, links and asks by what the role may', async () => {
  await rule({ 'contact.jobTitle': 'read', 'contact.department': 'none', 'company.taxId': 'none', 'contact.custom.salary': 'none' });
  const send = (columns, file) => member.post('/imports', file, {
    query: { map: JSON.stringify({ into: 'contacts', columns }) }, headers: { 'content-type': 'text/csv' },
  });
  const refused = [
    [{ Name: 'lastName', X: 'jobTitle' }, 'FORBIDDEN'], [{ Name: 'lastName', X: 'department' }, 'UNKNOWN_FIELD'],
    [{ Name: 'lastName', X: 'custom.salary' }, 'UNKNOWN_FIELD'], [{ Name: 'lastName', X: { field: 'companyId', link: { by: 'taxId' } } }, 'INVALID'],
  ];
  for (const [columns, code] of refused) {
    const error = errorOf(await send(columns, 'Name,X\nImported,1\n'), 422);
    assert.deepEqual(error.details.map((d) => d.code), [code], JSON.stringify(columns));
  }
  assert.equal((await send({ Name: 'lastName' }, 'Name\nImported\n')).status, 201);
});

test('S5-SEC-08 a report that is made of hidden fields is refused, and so is a flow that writes one', async () => {
  const deal = await maker.create('deal', { ownerId: admin.id });
  await rule({ 'deal.amount': 'none' });
  assert.match(errorOf(await member.get('/reports/sales-overview'), 403).message, /deal\.amount/);
  await rule({ 'deal.stageId': 'read' });
  await member.get('/reports/sales-overview', { expect: 200 });
  for (const flow of ['move', 'win', 'reopen']) errorOf(await member.post(`/deals/${deal.id}/${flow}`, {}), 403);
  errorOf(await member.post(`/deals/${deal.id}/lose`, { lostReason: 'Price' }), 403);
  await rule({ 'deal.wonReason': 'read' });
  errorOf(await member.post(`/deals/${deal.id}/win`, { wonReason: 'Price' }), 403);
  await member.post(`/deals/${deal.id}/win`, {}, { expect: 200 });
});

test('S5-SEC-08 a cached record is not current when the rules have changed', async () => {
  const contact = await maker.create('contact');
  await rule({});
  const first = await member.get(`/contacts/${contact.id}`, { expect: 200 });
  await rule({ 'contact.email': 'none' });
  const second = await member.get(`/contacts/${contact.id}`, { headers: { 'if-none-match': first.headers.etag }, expect: 200 });
  await member.patch(`/contacts/${contact.id}`, { jobTitle: 'Tagged' }, { headers: { 'if-match': second.headers.etag }, expect: 200 });
});
