// SPDX-License-Identifier: Apache-2.0
// Imports: what is found in a file, the mapping that is guessed from it, and the values that are proposed.
import assert from 'node:assert/strict';
import test from 'node:test';
import { errorOf } from './harness/client.js';
import { Organisation, unique } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin } = organisation;

const send = async (file, query = {}, expect = 201) =>
  (await admin.post('/imports', file, { headers: { 'content-type': 'text/csv' }, query, expect })).body.data;
const patch = async (id, body, expect = 200) => (await admin.patch(`/imports/${id}`, body, { expect })).body.data;
const step = async (id, name) => (await admin.post(`/imports/${id}/${name}`, undefined, { expect: 200 })).body.data;
const suggested = (data) => data.proposals.map((p) => `${p.field}: ${p.value} (${p.count}) -> ${p.suggestion}`);

test('S3-IMP encoding, delimiter, header, dates and marks are found and shown with samples', async () => {
  const file = Buffer.concat([
    Buffer.from('Nazwa;Data;Kwota;Mail\n'),
    // Zażółć, 1.234,50 in ISO 8859-2
    Buffer.from([0x5a, 0x61, 0xbf, 0xf3, 0xb3, 0xe6]),
    Buffer.from(';31.12.2025;1.234,50;a@example.com\n'),
    Buffer.from([0x4a, 0x61, 0xbc, 0xf1]),
    Buffer.from(';1.2.2025;7,5;b@example.com\nbad;row\n'),
  ]);
  const { detection } = await send(file, { into: 'deals' });
  assert.equal(detection.encoding, 'iso-8859-2');
  assert.deepEqual(
    [detection.delimiter, detection.header, detection.dateFormat, detection.dateFormatAmbiguous, detection.decimalMark],
    [';', true, 'D.M.YYYY', false, ','],
  );
  assert.deepEqual([detection.rows, detection.badRows], [3, 1]);
  assert.deepEqual(detection.columns.map((c) => [c.name, c.kind, c.filled, c.distinct]), [
    ['Nazwa', 'text', 2, 2],
    ['Data', 'date', 2, 2],
    ['Kwota', 'number', 2, 2],
    ['Mail', 'email', 2, 2],
  ]);
  assert.deepEqual(detection.sample[0], ['Zażółć', '31.12.2025', '1.234,50', 'a@example.com']);
});

test('S3-IMP dates that both readings fit are told to be ambiguous, one that only one fits decides', async () => {
  const both = (await send('name,started\na,1/2/2024\nb,3/4/2024\n', { into: 'deals' })).detection;
  assert.equal(both.dateFormatAmbiguous, true);
  const us = await send('name,started\na,1/2/2024\nb,3/14/2024\n', { into: 'deals' });
  assert.deepEqual([us.detection.dateFormat, us.detection.dateFormatAmbiguous], ['M/D/YYYY', false]);
  assert.equal(us.map.dateFormat, 'M/D/YYYY');
  assert.equal((await step(us.id, 'rehearse')).created, 2);
});

test('S3-IMP a file without a header, one that names a column twice, and both read otherwise on demand', async () => {
  const bare = await send('Ada,Lovelace,ada@example.com\nAlan,Turing,alan@example.com\n', { into: 'contacts' });
  assert.deepEqual([bare.detection.header, bare.detection.rows], [false, 2]);
  assert.deepEqual(bare.detection.columns.map((c) => c.name), ['Column 1', 'Column 2', 'Column 3']);
  assert.equal(bare.map.columns['Column 3'], 'email');
  const named = await patch(bare.id, { map: { ...bare.map, columns: { 'Column 1': 'firstName', 'Column 2': 'lastName', 'Column 3': 'email' } } });
  assert.equal((await step(bare.id, 'rehearse')).created, 2);
  const headed = await patch(bare.id, { map: { ...named.map, header: true, columns: { Lovelace: 'lastName' } } });
  assert.deepEqual([headed.detection.header, headed.detection.rows], [true, 1]);

  const twice = await send('Mail,Name,Mail\na@example.com,A,b@example.com\n', { into: 'contacts' });
  assert.deepEqual(twice.detection.columns.map((c) => c.name), ['Mail (1)', 'Name', 'Mail (2)']);
  await patch(twice.id, { map: { into: 'contacts', columns: { Name: 'lastName', 'Mail (2)': 'email' } } });
  await step(twice.id, 'rehearse');
  await step(twice.id, 'commit');
  assert.equal((await admin.all('/contacts', { email: 'b@example.com' }))[0].lastName, 'A');

  const wrong = await send(Buffer.from('Name,Mail\nSm\xeeth,s@example.com\n', 'latin1'), { into: 'contacts' });
  const cyrillic = await patch(wrong.id, { map: { ...wrong.map, encoding: 'windows-1251' } });
  assert.equal(cyrillic.detection.sample[0][0], 'Smоth'.replace('о', '\u043e'));
});

test('S3-IMP the mapping is guessed from names, labels, aliases, custom fields and values, and what rows are from all', async () => {
  const key = unique('shoe').slice(0, 12);
  await admin.create('/custom-fields', { entity: 'contact', key, label: `Shoe ${key}`, type: 'text' });
  const known = await admin.create('/companies', { name: unique('Guess ') });
  const other = await admin.create('/companies', { name: unique('Other ') });
  const file = [
    `Surname,given_name,E-Mail,Mobile phone,Shoe ${key},works at,noise`,
    `One,A,one@example.com,+49 170 1234567,big,${known.name},1`,
    `Two,B,two@example.com,+49 170 1234568,small,${other.name},2`,
  ].join('\n');
  const kept = await send(file, { fileName: 'contacts-2026.csv' });
  assert.equal(kept.into, 'contacts');
  assert.deepEqual(kept.map.columns, {
    Surname: 'lastName',
    given_name: 'firstName',
    'E-Mail': 'email',
    'Mobile phone': 'mobile',
    [`Shoe ${key}`]: `custom.${key}`,
    'works at': { field: 'companyId', link: { by: 'name', create: true } },
    noise: null,
  });
  assert.deepEqual(kept.detection.distinctColumns.includes('E-Mail'), true);
  const rehearsed = await step(kept.id, 'rehearse');
  assert.deepEqual([rehearsed.created, rehearsed.refused], [2, 0], JSON.stringify(rehearsed.problems));
  assert.deepEqual(rehearsed.details.links.map((l) => [l.field, l.found, l.created]), [['companyId', 2, 0]]);
  const elsewhere = await patch(kept.id, { into: 'leads' });
  assert.deepEqual([elsewhere.into, elsewhere.map.columns['E-Mail'], elsewhere.map.columns.Surname], ['leads', 'email', 'lastName']);
  errorOf(await admin.patch(`/imports/${kept.id}`, { into: 'unicorns' }, { expect: 422 }), 422);
});

test('S3-IMP a misspelt sector and a product named two ways are proposed, accepted, and gone', async () => {
  const tag = unique('p').slice(0, 8);
  await admin.create('/products', { name: `GTX Pro ${tag}`, price: '10' });
  const accounts = await send(`account,sector\nA ${tag},technolgy\nB ${tag},technolgy\nC ${tag},Technology\nD ${tag},zoology\n`, { into: 'companies' });
  assert.equal(accounts.map.columns.sector, 'industry');
  assert.deepEqual(suggested(accounts), ['industry: technolgy (2) -> Technology', 'industry: zoology (1) -> null']);
  const [technology, zoology] = accounts.proposals;
  assert.deepEqual([technology.kind, technology.column], ['option', 'sector']);
  const before = await step(accounts.id, 'rehearse');
  assert.deepEqual([before.created, before.refused], [1, 3]);
  const accepted = await patch(accounts.id, { accept: [technology.id] });
  assert.deepEqual(accepted.map.columns.sector, { field: 'industry', values: { technolgy: 'Technology' } });
  assert.deepEqual(suggested(accepted), ['industry: zoology (1) -> null']);
  const error = errorOf(await admin.patch(`/imports/${accounts.id}`, { accept: ['99'] }, { expect: 422 }), 422);
  assert.equal(error.details[0].field, 'accept');
  const after = await step(accounts.id, 'rehearse');
  assert.deepEqual([after.created, after.refused, after.problems[0].value], [3, 1, zoology.value]);
  const adding = { ...accepted.map, columns: { ...accepted.map.columns, sector: { ...accepted.map.columns.sector, add: true } } };
  assert.deepEqual(suggested(await patch(accounts.id, { map: adding })), []);
  assert.equal((await step(accounts.id, 'rehearse')).created, 4);
  await step(accounts.id, 'commit');
  const [a] = await admin.all('/companies', { name: `A ${tag}` });
  assert.equal(a.industry, 'Technology');
  assert.equal((await admin.all('/companies', { name: `D ${tag}` }))[0].industry, 'zoology');

  const deals = await send(
    `opportunity_id,product,account\n1${tag},GTXPro ${tag},A ${tag}\n2${tag},GTXPro ${tag},A${tag}\n3${tag},Else ${tag},Nobody ${tag}\n`,
    { into: 'deals' },
  );
  assert.deepEqual(suggested(deals), [`product: GTXPro ${tag} (2) -> GTX Pro ${tag}`, `companyId: A${tag} (1) -> A ${tag}`]);
  const all = await patch(deals.id, { accept: 'all' });
  assert.deepEqual(all.proposals, []);
  const done = await step(deals.id, 'rehearse');
  assert.deepEqual(done.details.links.map((l) => [l.field, l.found, l.created]), [['companyId', 1, 1]]);
  await step(deals.id, 'commit');
  assert.equal((await admin.all('/deals', { product: `GTX Pro ${tag}` })).length, 2);
});

test('S3-IMP countries are taken by name in many languages and by code; misspelt ones are proposed, and none is guessed', async () => {
  const tag = unique('c').slice(0, 8);
  const written = {
    'United States': 'US', Deutschland: 'DE', Germany: 'DE', Srbija: 'RS', Србија: 'RS', Österreich: 'AT', OSTERREICH: 'AT',
    POL: 'PL', fr: 'FR', 'the Netherlands': 'NL', 'Korea, Republic of': 'KR', "Cote d'Ivoire": 'CI', 日本: 'JP', UK: 'GB',
  };
  const near = { Korea: ['South Korea', 'KR'], 'Untied States': ['United States', 'US'], Philipines: ['Philippines', 'PH'] };
  const cells = [...Object.keys(written), ...Object.keys(near), 'Atlantis'];
  const file = `account,Where\n${cells.map((cell, i) => `${tag} ${i},"${cell}"`).join('\n')}\n`;
  const kept = await send(file, { into: 'companies' });
  assert.equal(kept.map.columns.Where, 'billingCountry', 'most of the values are countries');
  assert.deepEqual(suggested(kept), [
    ...Object.entries(near).map(([cell, [name]]) => `billingCountry: ${cell} (1) -> ${name}`), 'billingCountry: Atlantis (1) -> null',
  ]);
  assert.deepEqual([...new Set(kept.proposals.map((p) => p.kind))], ['option']);
  const before = await step(kept.id, 'rehearse');
  assert.deepEqual([before.created, before.refused], [cells.length - 4, 4]);
  assert.deepEqual(before.problems.map((p) => [p.code, p.value]), [...Object.keys(near), 'Atlantis'].map((cell) => ['INVALID_COUNTRY', cell]));
  const accepted = await patch(kept.id, { accept: 'all' });
  assert.deepEqual(accepted.map.columns.Where, {
    field: 'billingCountry', values: Object.fromEntries(Object.entries(near).map(([cell, [name]]) => [cell, name])),
  });
  assert.deepEqual(suggested(accepted), ['billingCountry: Atlantis (1) -> null']);
  const after = await step(kept.id, 'rehearse');
  assert.deepEqual([after.created, after.refused, after.problems[0].value], [cells.length - 1, 1, 'Atlantis']);
  await step(kept.id, 'commit');
  const expected = [...Object.values(written), ...Object.values(near).map(([, code]) => code)];
  const stored = await admin.all('/companies', { 'name[contains]': tag });
  assert.deepEqual(expected.map((_, i) => stored.find((company) => company.name === `${tag} ${i}`)?.billingCountry), expected);
  assert.equal((await admin.post('/companies', { name: tag, billingCountry: 'Germany' })).status, 422, 'the API itself takes codes');
});

test('S3-IMP codes of two letters alone are not guessed to be countries', async () => {
  const states = await send('Last,State\na,CA\nb,AL\nc,DE\n', { into: 'contacts' });
  assert.notEqual(states.map.columns.State, 'mailingCountry');
  assert.equal(Object.values(states.map.columns).some((rule) => /country/i.test(JSON.stringify(rule))), false);
});

test('S3-IMP without create, names that mean nothing are told; a file’s own spellings are held against each other', async () => {
  const tag = unique('o').slice(0, 8);
  const kept = await send(`Last,Department,Firm\na,Controling,Nobody ${tag}\nb,Controlling,\nc,Controlling,\n`, { into: 'contacts' });
  const columns = { Last: 'lastName', Department: 'department', Firm: { field: 'companyId', link: { create: false } } };
  const strict = await patch(kept.id, { map: { into: 'contacts', columns } });
  assert.deepEqual(suggested(strict), ['department: Controling (1) -> Controlling', `companyId: Nobody ${tag} (1) -> null`]);
});

test('S3-IMP nobody is proposed the name of a record that they do not see', async () => {
  const tag = unique('h').slice(0, 8);
  const role = await admin.create('/roles', {
    name: unique('Own '),
    preset: 'user',
    access: { company: { read: 'own' }, contact: { create: 'own', import: 'own' } },
  });
  const member = await organisation.member(role.key);
  await admin.create('/companies', { name: `Secret Works ${tag}` });
  await member.create('/companies', { name: `Public Works ${tag}` });
  const answer = await member.post('/imports', `Last,Account\na,SecretWorks ${tag}\nb,PublicWorks ${tag}\n`, {
    headers: { 'content-type': 'text/csv' },
    query: { into: 'contacts' },
    expect: 201,
  });
  assert.deepEqual(suggested(answer.body.data), [`companyId: PublicWorks ${tag} (1) -> Public Works ${tag}`]);
});
