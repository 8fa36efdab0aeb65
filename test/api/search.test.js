// SPDX-License-Identifier: Apache-2.0
// Search over all entities: what is found, in which order, forgiving what, and within whose access.
import assert from 'node:assert/strict';
import test from 'node:test';
import { errorOf } from './harness/client.js';
import { Organisation } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin, maker, meta } = organisation;
const search = async (q, more = {}, caller = admin) => (await caller.get('/search', { query: { q, ...more }, expect: 200 })).body.data;
const idsOf = (data) => data.results.map((hit) => hit.id);

test('S2-FUT-15 every searchable entity is found by what it is called', async () => {
  const made = {};
  for (const entity of meta.entities.filter((e) => e.searchable && e.allows('create'))) {
    const field = entity.fields.find((f) => f.searchable && f.type === 'text' && !f.readOnly);
    if (!field) continue;
    made[entity.name] = (await maker.create(entity.name, { [field.name]: `quokka ${entity.name.replaceAll('_', '')}` })).id;
  }
  const { results } = await search('quokka', { limit: 20 });
  for (const [name, id] of Object.entries(made)) assert.ok(results.some((hit) => hit.entity === name && hit.id === id), name);
  assert.ok(Object.keys(made).length >= 6);
  const only = await search('quokka', { entities: 'company,deal' });
  assert.deepEqual(only.results.map((hit) => hit.entity).sort(), ['company', 'deal']);
});

test('the name itself comes before its beginning, that before its words, those before other fields', async () => {
  const of = (name, more) => maker.create('company', { name, ...more });
  const field = await of('Bramble Ltd', { email: 'hello@wombat.example' });
  const word = await of('The Wombat');
  const begin = await of('Wombat Works');
  const exact = await of('wombat');
  const data = await search('Wombat', { entities: 'company' });
  assert.deepEqual(idsOf(data), [exact.id, begin.id, word.id, field.id]);
  assert.deepEqual(data.results.map((hit) => hit.rank), [3, 2, 1, 0]);
  assert.deepEqual([data.results[0].field, data.results[3].field, data.results[3].snippet], [null, 'email', 'hello@wombat.example']);
  assert.equal(data.results[1].title, 'Wombat Works');
});

test('S2-FUT-15 accents, case and beginnings do not matter, all words must be there', async () => {
  const contact = await maker.create('contact', { firstName: 'Žofie', lastName: 'Černá-Nováková' });
  for (const q of ['zofie cerna', 'ŽOFIE', 'novak zof', 'Cerna-Nov']) assert.ok(idsOf(await search(q)).includes(contact.id), q);
  assert.deepEqual((await search('zofie unknownword')).results, []);
  assert.deepEqual((await search('%')).results, []);
});

test('a phone number is found however it is written', async () => {
  const contact = await maker.create('contact', { lastName: 'Caller', phone: '+36 (30) 123-4567' });
  for (const q of ['+36301234567', '0036 30 1234567', '36-30-123-45-67', '(36) 30 123', '+36 30 123 4567']) {
    assert.ok(idsOf(await search(q, { entities: 'contact' })).includes(contact.id), q);
    assert.ok((await admin.all('/contacts', { q })).some((row) => row.id === contact.id), `list ${q}`);
  }
  const hit = (await search('+36 30 123 4567')).results.find((h) => h.id === contact.id);
  assert.deepEqual([hit.field, hit.snippet], ['phone', '+36 (30) 123-4567']);
  assert.ok(!idsOf(await search('+36 30 765 4321')).includes(contact.id));
});

test('there is no more of an entity than limit, and it says so', async () => {
  for (let i = 0; i < 4; i++) await maker.create('tag', { name: `x${i}` });
  for (let i = 0; i < 4; i++) await maker.create('company', { name: `Numbat ${i}` });
  const data = await search('numbat', { limit: 3, entities: 'company' });
  assert.deepEqual([data.results.length, data.more], [3, ['company']]);
  assert.deepEqual((await search('numbat', { limit: 4, entities: 'company' })).more, []);
});

test('what is rare and old is found behind many newer records', async () => {
  const old = await maker.create('company', { name: 'Thylacine' });
  const rows = Array.from({ length: 320 }, (_, i) => `Filler ${i}`);
  for (let i = 0; i < rows.length; i += 40) {
    await Promise.all(rows.slice(i, i + 40).map((name) => admin.post('/companies', { name }, { expect: 201 })));
  }
  assert.deepEqual(idsOf(await search('thylac', { entities: 'company' })), [old.id]);
  assert.equal((await search('filler', { entities: 'company' })).results.length, 5);
});

test('the trash is not searched', async () => {
  const gone = await maker.create('company', { name: 'Dodo' });
  await admin.delete(`/companies/${gone.id}`, { expect: 204 });
  assert.deepEqual((await search('dodo')).results, []);
});

test('S5-SEC-08 nobody finds what a read would not show', async () => {
  const partner = await organisation.partner();
  const outsider = await organisation.member('partner_user', { partnerId: partner });
  const user = await organisation.member('user');
  const own = await maker.create('lead', { firstName: 'Potoroo', partnerId: partner, ownerId: admin.id });
  const other = await maker.create('lead', { firstName: 'Potoroo' });
  const company = await maker.create('company', { name: 'Potoroo' });
  assert.deepEqual(idsOf(await search('potoroo', {}, outsider)), [own.id]);
  assert.deepEqual(idsOf(await search('potoroo', {}, user)), []);
  assert.deepEqual(idsOf(await search('potoroo')).sort(), [own.id, other.id, company.id].sort());
  errorOf(await outsider.get('/search', { query: { q: 'potoroo', entities: 'company' } }), 400);
});

test('S5-SEC-08 a hidden field finds nothing and is not shown', async () => {
  const role = await admin.create('/roles', { name: 'Blind', preset: 'manager' });
  await admin.patch(`/roles/${role.id}`, { fields: { 'contact.email': 'none', 'contact.firstName': 'none' } }, { expect: 200 });
  const caller = await organisation.member(role.key);
  const contact = await maker.create('contact', { firstName: 'Bilby', lastName: 'Burrow', email: 'bandicoot@example.com' });
  for (const word of ['bilby', 'bandicoot']) {
    assert.deepEqual(idsOf(await search(word)), [contact.id]);
    assert.deepEqual((await search(word, {}, caller)).results, [], word);
  }
  const [hit] = (await search('burrow', {}, caller)).results;
  assert.deepEqual([hit.id, hit.title], [contact.id, 'Burrow']);
  assert.deepEqual((await search('burrow bandicoot', {}, caller)).results, []);
});

test('bad searches are 400 by name', async () => {
  for (const [query, word] of [['', 'q'], ['q=', 'q'], ['q=%20', 'q'], [`q=${'x'.repeat(201)}`, 'q'], ['q=a&entities=nothing', 'nothing'], ['q=a&entities=tag', 'tag'],
    ['q=a&limit=0', 'limit'], ['q=a&limit=21', 'limit'], ['q=a&page=2', 'page']]) {
    const answer = await admin.get('/search', { query });
    errorOf(answer, 400);
    assert.ok(answer.body.error.message.includes(word), query);
  }
  for (const q of ["'", '\\', ':*', '!()&|<>', '"a b"', 'a'.repeat(200), '１２３', '+', '( 1', '12345&', "1 2'3"]) await search(q);
});
