// SPDX-License-Identifier: Apache-2.0
// Imports in steps: a file is kept, rehearsed and committed to exactly what was counted; with a key its rows
// update the records that exist.
import assert from 'node:assert/strict';
import test from 'node:test';
import { errorOf } from './harness/client.js';
import { parseRecords } from './harness/csv.js';
import { Organisation, unique } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin } = organisation;
const csv = { 'content-type': 'text/csv' };

const once = async (file, map, expect = 201) =>
  (await admin.post('/imports', file, { headers: csv, query: { map: JSON.stringify(map) }, expect })).body.data;
const send = async (client, file, query = {}) =>
  (await client.post('/imports', file, { headers: csv, query, expect: 201 })).body.data;
const patch = async (client, id, body, expect = 200) => (await client.patch(`/imports/${id}`, body, { expect })).body.data;
const step = (client, id, name, expect = 200) => client.post(`/imports/${id}/${name}`, undefined, { expect });
const counts = ({ created, updated, unchanged, skipped, refused }) => ({ created, updated, unchanged, skipped, refused });
const reasons = (report) => report.problems.map((p) => `${p.row} ${p.column} ${p.code}`);
const people = (more = {}) => ({
  into: 'contacts',
  columns: { First: 'firstName', Last: 'lastName', Mail: 'email', Job: 'jobTitle' },
  key: 'email',
  ...more,
});

test('S3-IMP a file that is kept is rehearsed, writes nothing, and the commit does what was counted', async () => {
  const tag = unique('s');
  await admin.create('/contacts', { lastName: 'Old', email: `old${tag}@example.com`, jobTitle: 'Clerk', phone: '030 1' });
  await admin.create('/contacts', { lastName: 'Same', email: `same${tag}@example.com`, jobTitle: 'Cook' });
  const file = [
    'First,Last,Mail,Job',
    `Olga,Old,OLD${tag}@example.com,Boss`,
    `,Same,same${tag}@example.com,`,
    `New,Person,new${tag}@example.com,Pilot`,
    `Twice,Person,new${tag}@example.com,Pilot`,
    'No,Mail,,Pilot',
    `Bad,Mail,bad mail,Pilot`,
    `,,lacking${tag}@example.com,Pilot`,
  ].join('\n');
  const kept = await send(admin, file, { into: 'contacts', fileName: 'people.csv' });
  assert.deepEqual([kept.status, kept.step, kept.into, kept.fileName, kept.created], ['ready', 'upload', 'contacts', 'people.csv', 0]);
  errorOf(await step(admin, kept.id, 'commit', 409), 409);
  const mapped = await patch(admin, kept.id, { map: people() });
  assert.equal(mapped.map.key, 'email');
  const rehearsed = (await step(admin, kept.id, 'rehearse')).body.data;
  const expected = { created: 1, updated: 1, unchanged: 1, skipped: 0, refused: 4 };
  assert.equal(rehearsed.status, 'rehearsed');
  assert.deepEqual(counts(rehearsed), expected);
  assert.deepEqual(reasons(rehearsed), ['5 Mail DUPLICATE_KEY', '6 Mail REQUIRED', '7 Mail INVALID_EMAIL', '8 null REQUIRED']);
  assert.equal((await admin.all('/contacts', { email: `new${tag}@example.com` })).length, 0);
  assert.equal((await admin.all('/contacts', { email: `old${tag}@example.com` }))[0].jobTitle, 'Clerk');
  const report = parseRecords((await admin.get(`/imports/${kept.id}/report.csv`, { expect: 200 })).text);
  assert.deepEqual(Object.keys(report[0]), ['row', 'column', 'field', 'value', 'code', 'message', 'outcome']);
  assert.deepEqual([report.length, report[2].row, report[2].value], [4, '7', 'bad mail']);

  const done = (await step(admin, kept.id, 'commit')).body.data;
  assert.equal(done.status, 'done');
  assert.deepEqual(counts(done), expected);
  const [old] = await admin.all('/contacts', { email: `old${tag}@example.com` });
  assert.deepEqual([old.firstName, old.jobTitle, old.phone, old.version], ['Olga', 'Boss', '030 1', 2]);
  const [same] = await admin.all('/contacts', { email: `same${tag}@example.com` });
  assert.deepEqual([same.jobTitle, same.version], ['Cook', 1]);
  const again = (await step(admin, kept.id, 'commit')).body.data;
  assert.deepEqual(counts(again), expected);
  assert.equal((await admin.all('/contacts', { email: `new${tag}@example.com` })).length, 1);
  const log = await admin.read('/audit-logs', { changesetId: done.changesetId, entity: 'contact' });
  assert.deepEqual(log.map((c) => c.action).sort(), ['create', 'update']);
  assert.deepEqual(log.find((c) => c.action === 'update').diff.jobTitle, ['Clerk', 'Boss']);
  errorOf(await step(admin, kept.id, 'rehearse', 409), 409);
  errorOf(await step(admin, kept.id, 'cancel', 409), 409);
});

test('S3-IMP a commit that would not do what was rehearsed is refused, says what changed, and writes nothing', async () => {
  const tag = unique('c');
  const file = `First,Last,Mail,Job\nA,One,one${tag}@example.com,x\nB,Two,two${tag}@example.com,y\n`;
  const kept = await send(admin, file);
  await patch(admin, kept.id, { map: people() });
  assert.equal((await step(admin, kept.id, 'rehearse')).body.data.created, 2);
  await admin.create('/contacts', { lastName: 'One', email: `one${tag}@example.com` });
  const error = errorOf(await step(admin, kept.id, 'commit', 409), 409);
  const told = Object.fromEntries(error.details.map((d) => [d.field, d.message]));
  assert.match(told.created, /said 2, it would be 1/);
  assert.match(told.updated, /said 0, it would be 1/);
  assert.match(told.contact, /1 of create/);
  assert.equal((await admin.all('/contacts', { email: `two${tag}@example.com` })).length, 0);
  assert.equal((await admin.get(`/imports/${kept.id}`)).body.data.status, 'ready');
  assert.deepEqual(counts((await step(admin, kept.id, 'rehearse')).body.data), { created: 1, updated: 1, unchanged: 0, skipped: 0, refused: 0 });
  await step(admin, kept.id, 'commit');
  assert.equal((await admin.all('/contacts', { email: `two${tag}@example.com` })).length, 1);
});

test('S3-IMP modes: create passes over what is there, update what is not; empty cells keep or clear', async () => {
  const tag = unique('m');
  const mail = (name) => `${name}${tag}@example.com`;
  await admin.create('/contacts', { lastName: 'There', email: mail('there'), jobTitle: 'Cook' });
  const file = `First,Last,Mail,Job\nX,There,${mail('there')},\nY,Absent,${mail('absent')},z\n`;
  const update = await once(file, people({ mode: 'update' }));
  assert.deepEqual(counts(update), { created: 0, updated: 1, unchanged: 0, skipped: 1, refused: 0 });
  assert.deepEqual(update.problems.map((p) => [p.row, p.code, p.outcome]), [[3, 'NOT_FOUND', 'skipped']]);
  const created = await once(file, people({ mode: 'create' }));
  assert.deepEqual(counts(created), { created: 1, updated: 0, unchanged: 0, skipped: 1, refused: 0 });
  assert.equal((await admin.all('/contacts', { email: mail('there') }))[0].jobTitle, 'Cook');
  const cleared = await once(file, people({ emptyCells: 'clear' }));
  assert.deepEqual(counts(cleared), { created: 0, updated: 1, unchanged: 1, skipped: 0, refused: 0 });
  assert.equal((await admin.all('/contacts', { email: mail('there') }))[0].jobTitle, null);
  const keyless = await once('First,Last,Mail,Job\nNo,Key,,\n', people({ emptyKey: 'create' }));
  assert.deepEqual(counts(keyless), { created: 1, updated: 0, unchanged: 0, skipped: 0, refused: 0 });
});

test('S3-IMP defaults are for new records; tags and custom fields are updated where the file has them', async () => {
  const tag = unique('d').slice(0, 10);
  await admin.create('/custom-fields', { entity: 'company', key: `size${tag}`, label: 'Size', type: 'text' });
  await admin.create('/custom-fields', { entity: 'company', key: `kind${tag}`, label: 'Kind', type: 'text' });
  const known = await admin.create('/companies', {
    name: `Known ${tag}`,
    status: 'Inactive',
    custom: { [`size${tag}`]: 'small', [`kind${tag}`]: 'old' },
  });
  const map = {
    into: 'companies',
    key: 'name',
    columns: { name: 'name', size: `custom.size${tag}`, kind: `custom.kind${tag}`, tags: { field: 'tags', link: { create: true } } },
    defaults: { status: 'Active', [`custom.kind${tag}`]: 'new' },
  };
  const report = await once(`name,size,kind,tags\nKNOWN ${tag},big,,hot${tag}\nFresh ${tag},tiny,,\n`, map);
  assert.deepEqual(counts(report), { created: 1, updated: 1, unchanged: 0, skipped: 0, refused: 0 }, JSON.stringify(report.problems));
  const after = await admin.read(`/companies/${known.id}`);
  assert.deepEqual([after.status, after.custom], ['Inactive', { [`size${tag}`]: 'big', [`kind${tag}`]: 'old' }]);
  assert.equal(after.tags.length, 1);
  const [fresh] = await admin.all('/companies', { name: `Fresh ${tag}` });
  assert.deepEqual([fresh.status, fresh.custom], ['Active', { [`size${tag}`]: 'tiny', [`kind${tag}`]: 'new' }]);
  const again = await once(`name,size,kind,tags\nKnown ${tag},big,,hot${tag}\nFresh ${tag},tiny,,\n`, map);
  assert.deepEqual(counts(again), { created: 0, updated: 1, unchanged: 1, skipped: 0, refused: 0 });
});

test('S3-IMP keys: ids, ids of other systems, names, several fields; one that two records have is told', async () => {
  const tag = unique('k');
  const one = await admin.create('/contacts', { lastName: `One${tag}`, externalIds: [{ system: 'zoho', id: tag }, { system: 'sheet', id: tag }] });
  const other = { into: 'contacts', key: 'externalIds', columns: { Z: 'externalIds.zoho', Last: 'lastName' } };
  const byOther = await once(`Z,Last\n${tag},Uno${tag}\nnew${tag},Due${tag}\n`, other);
  assert.deepEqual(counts(byOther), { created: 1, updated: 1, unchanged: 0, skipped: 0, refused: 0 }, JSON.stringify(byOther.problems));
  const uno = await admin.read(`/contacts/${one.id}`);
  assert.equal(uno.lastName, `Uno${tag}`);
  assert.deepEqual(uno.externalIds.map((e) => e.system).sort(), ['sheet', 'zoho']);
  assert.equal((await admin.all('/contacts', { externalIds: `zoho:new${tag}` }))[0].lastName, `Due${tag}`);

  const byId = { into: 'contacts', key: 'id', columns: { Id: 'id', Job: 'jobTitle' } };
  const ids = await once(`Id,Job\n${one.id},Smith\n${admin.id},Nobody\nnonsense,x\n`, byId);
  assert.deepEqual(counts(ids), { created: 0, updated: 1, unchanged: 0, skipped: 0, refused: 2 });
  assert.deepEqual(reasons(ids), ['3 Id NOT_FOUND', '4 Id INVALID_ID']);

  await admin.create('/contacts', { firstName: 'Jo', lastName: `Twin${tag}` });
  await admin.create('/contacts', { firstName: 'Jo', lastName: `Twin${tag}` });
  await admin.create('/contacts', { firstName: 'Al', lastName: `Twin${tag}` });
  const byName = { into: 'contacts', key: ['firstName', 'lastName'], columns: { F: 'firstName', L: 'lastName', Job: 'jobTitle' } };
  const names = await once(`F,L,Job\nJo,Twin${tag},x\nAL,twin${tag},y\n`, byName);
  assert.deepEqual(counts(names), { created: 0, updated: 1, unchanged: 0, skipped: 0, refused: 1 });
  assert.deepEqual(reasons(names), ['2 F AMBIGUOUS']);

  const bad = errorOf(
    await admin.post('/imports', 'a,b\n', { headers: csv, query: { map: JSON.stringify({ ...byName, columns: { a: 'lastName', b: 'companyId' }, key: ['email', 'companyId'] }) }, expect: 422 }),
    422,
  );
  assert.deepEqual(bad.details.map((d) => d.field), ['key', 'key']);
});

test('S3-IMP links of updated rows, their parents further down, and what stays as it is', async () => {
  const tag = unique('l');
  const map = { into: 'companies', key: 'name', columns: { name: 'name', parent: { field: 'parentId', link: {} }, who: { field: 'ownerId', link: { by: 'email' } } } };
  const file = `name,parent,who\nA${tag},B${tag},${admin.email}\nB${tag},,${admin.email}\n`;
  assert.deepEqual(counts(await once(file, map)), { created: 2, updated: 0, unchanged: 0, skipped: 0, refused: 0 });
  const again = await once(file, map);
  assert.deepEqual(counts(again), { created: 0, updated: 0, unchanged: 2, skipped: 0, refused: 0 });
  const [a] = await admin.all('/companies', { name: `A${tag}` });
  const [b] = await admin.all('/companies', { name: `B${tag}` });
  assert.equal(a.parentId, b.id);
  const version = a.version;
  const third = await once(`name,parent,who\nB${tag},,\nC${tag},B${tag},\nA${tag},C${tag},\n`, map);
  assert.equal(third.refused, 0);
  const moved = await admin.read(`/companies/${a.id}`);
  assert.notEqual(moved.parentId, b.id);
  assert.equal(moved.version, version + 1);
  assert.equal(moved.ownerId, admin.id);
});

test('S3-IMP all or nothing: one bad row refuses the file', async () => {
  const tag = unique('n');
  const map = people({ allOrNothing: true });
  const file = `First,Last,Mail,Job\nA,Good,good${tag}@example.com,\nB,Bad,bad,\n`;
  errorOf(await admin.post('/imports', file, { headers: csv, query: { map: JSON.stringify(map) }, expect: 422 }), 422);
  const kept = await send(admin, file);
  await patch(admin, kept.id, { map });
  assert.deepEqual(counts((await step(admin, kept.id, 'rehearse')).body.data), { created: 1, updated: 0, unchanged: 0, skipped: 0, refused: 1 });
  errorOf(await step(admin, kept.id, 'commit', 409), 409);
  assert.equal((await admin.all('/contacts', { email: `good${tag}@example.com` })).length, 0);
});

test('S3-IMP records that the caller may read and not change are refused row by row', async () => {
  const tag = unique('r');
  const role = await admin.create('/roles', { key: unique("imp").slice(0, 20), name: "Importer", preset: "user", access: { contact: { read: "all", create: "own", update: "own", import: "own" } } });
  const member = await organisation.member(role.key);
  await admin.create('/contacts', { lastName: 'Theirs', email: `theirs${tag}@example.com` });
  await member.create('/contacts', { lastName: 'Mine', email: `mine${tag}@example.com` });
  const file = `First,Last,Mail,Job\nx,Theirs,theirs${tag}@example.com,New\ny,Mine,mine${tag}@example.com,New\n`;
  const kept = await send(member, file);
  await patch(member, kept.id, { map: people() });
  const report = (await step(member, kept.id, 'rehearse')).body.data;
  assert.deepEqual(counts(report), { created: 0, updated: 1, unchanged: 0, skipped: 0, refused: 1 });
  assert.deepEqual(report.problems.map((p) => [p.row, p.code]), [[2, 'FORBIDDEN']]);
  await step(member, kept.id, 'commit');
  assert.equal((await admin.all('/contacts', { email: `theirs${tag}@example.com` }))[0].jobTitle, null);
  assert.equal((await admin.all('/contacts', { email: `mine${tag}@example.com` }))[0].jobTitle, 'New');
});

test('S3-IMP who may import the own only updates the own only, whatever else may be changed', async () => {
  const tag = unique('u');
  const role = await admin.create('/roles', {
    name: unique('Own importer '),
    preset: 'manager',
    access: { contact: { read: 'all', create: 'all', update: 'all', import: 'own' } },
  });
  const member = await organisation.member(role.key);
  const theirs = await admin.create('/contacts', { lastName: 'Theirs', email: `theirs${tag}@example.com` });
  await member.patch(`/contacts/${theirs.id}`, { jobTitle: 'Changed' }, { expect: 200 });
  const kept = await send(member, `First,Last,Mail,Job\nx,Theirs,theirs${tag}@example.com,New\n`);
  await patch(member, kept.id, { map: people() });
  const report = (await step(member, kept.id, 'rehearse')).body.data;
  assert.deepEqual(counts(report), { created: 0, updated: 0, unchanged: 0, skipped: 0, refused: 1 });
});

test('S3-IMP cancel, foreign imports, empty files, and mappings that do not work', async () => {
  const strange = await send(admin, 'qwertz\nx\n');
  assert.deepEqual([strange.into, strange.map], [null, null]);
  errorOf(await step(admin, strange.id, 'rehearse', 409), 409);
  const kept = await send(admin, 'Last\nx\n', { into: 'contacts' });
  errorOf(await admin.patch(`/imports/${kept.id}`, { map: { into: 'contacts', columns: { Last: 'nothing' } } }, { expect: 422 }), 422);
  errorOf(await admin.patch(`/imports/${kept.id}`, { maps: {} }, { expect: 422 }), 422);
  const stranger = (await Organisation.create()).admin;
  for (const name of ['rehearse', 'commit', 'cancel']) errorOf(await step(stranger, kept.id, name, 404), 404);
  errorOf(await stranger.patch(`/imports/${kept.id}`, { map: { columns: {} } }, { expect: 404 }), 404);
  assert.equal((await step(admin, kept.id, 'cancel')).body.data.status, 'cancelled');
  assert.equal((await step(admin, kept.id, 'cancel')).body.data.status, 'cancelled');
  errorOf(await step(admin, kept.id, 'rehearse', 409), 409);
  errorOf(await admin.post('/imports', '', { headers: csv, expect: 422 }), 422);
  errorOf(await admin.post('/imports', 'a\n', { headers: csv, query: { into: 'unicorns' }, expect: 422 }), 422);
});

test('S3-IMP a mapping is kept for the next file, and says how that is read', async () => {
  const tag = unique('q');
  const map = { into: 'contacts', key: 'email', header: false, columns: { 'Column 1': 'lastName', 'Column 2': 'email' } };
  const saved = await admin.create('/import-mappings', { name: `Monthly ${tag}`, into: 'contacts', map });
  assert.deepEqual((await admin.read(`/import-mappings/${saved.id}`)).map, map);
  const kept = await send(admin, `Name,one${tag}@example.com\n`, { mappingId: saved.id });
  assert.deepEqual([kept.into, kept.map, kept.detection.rows], ['contacts', map, 1]);
  assert.equal((await step(admin, kept.id, 'rehearse')).body.data.created, 1);
  const other = await send(admin, `a,b\nName,two${tag}@example.com\n`, { into: 'leads' });
  const changed = await patch(admin, other.id, { mappingId: saved.id });
  assert.deepEqual([changed.into, changed.map, changed.detection.rows], ['contacts', map, 2]);
  const error = errorOf(await admin.patch(`/imports/${other.id}`, { mappingId: admin.id }, { expect: 422 }), 422);
  assert.equal(error.details[0].field, 'mappingId');
  errorOf(await admin.post('/imports', 'a\nb\n', { headers: csv, query: { mappingId: 'nonsense' }, expect: 422 }), 422);
  errorOf(await admin.post('/import-mappings', { name: unique('x'), map: ['no'] }, { expect: 422 }), 422);
  errorOf(await admin.post('/import-mappings', { name: `monthly ${tag}` }, { expect: 409 }), 409);
});

test('S3-IMP rows of an upsert are found by statistics that are there: 3,000 companies twice', async () => {
  const tag = unique('w').slice(0, 8);
  const rows = Array.from({ length: 3000 }, (_, i) => `${tag} ${i},${i}`);
  const map = { into: 'companies', key: 'name', columns: { name: 'name', n: 'employees' } };
  assert.equal((await once(['name,n', ...rows].join('\n'), map)).created, 3000);
  rows[7] = `${tag.toUpperCase()} 7,70`;
  const again = await once(['name,n', ...rows].join('\n'), map);
  assert.deepEqual(counts(again), { created: 0, updated: 1, unchanged: 2999, skipped: 0, refused: 0 });
});

test('S3-IMP an import is one changeset that a revert takes back, updates and what links made included', async () => {
  const tag = unique('z');
  const mail = (name) => `${name}${tag}@example.com`;
  const before = await admin.create('/contacts', { lastName: 'Was', email: mail('was'), jobTitle: 'Cook', custom: {} });
  const map = { into: 'contacts', key: 'email', columns: { Last: 'lastName', Mail: 'email', Job: 'jobTitle', Firm: { field: 'companyId', link: { create: true } } } };
  const report = await once(`Last,Mail,Job,Firm\nIs,${mail('was')},Boss,Made ${tag}\nNew,${mail('new')},x,Made ${tag}\n`, map);
  assert.deepEqual(counts(report), { created: 1, updated: 1, unchanged: 0, skipped: 0, refused: 0 });
  const made = (await admin.all('/companies', { name: `Made ${tag}` }))[0];
  const now = await admin.read(`/contacts/${before.id}`);
  assert.deepEqual([now.lastName, now.jobTitle, now.companyId], ['Is', 'Boss', made.id]);
  await admin.post(`/changesets/${report.changesetId}/revert`, undefined, { expect: [200, 201] });
  const back = await admin.read(`/contacts/${before.id}`);
  assert.deepEqual([back.lastName, back.jobTitle, back.companyId], ['Was', 'Cook', null]);
  assert.deepEqual(await admin.all('/contacts', { email: mail('new') }), []);
  assert.deepEqual(await admin.all('/companies', { name: `Made ${tag}` }), []);
  const again = await once(`Last,Mail,Job,Firm\nIs,${mail('was')},Boss,Made ${tag}\nNew,${mail('new')},x,Made ${tag}\n`, map);
  assert.deepEqual(counts(again), { created: 1, updated: 1, unchanged: 0, skipped: 0, refused: 0 });
});

test('S3-IMP an import that runs is cancelled from outside, and leaves nothing', async () => {
  const tag = unique('y').slice(0, 8);
  const rows = Array.from({ length: 60_000 }, (_, i) => `${tag} ${i}`);
  const kept = await send(admin, ['name', ...rows].join('\n'), { into: 'companies' });
  await patch(admin, kept.id, { map: { into: 'companies', columns: { name: 'name' } } });
  const running = admin.post(`/imports/${kept.id}/rehearse`);
  const seen = new Set();
  for (let status = ''; status !== 'cancelled' && status !== 'rehearsed'; ) {
    const now = (await admin.get(`/imports/${kept.id}`, { expect: 200 })).body.data;
    status = now.status;
    seen.add(status);
    if (status === 'linking' || status === 'writing') {
      errorOf(await admin.patch(`/imports/${kept.id}`, { map: now.map }, { expect: 409 }), 409);
      errorOf(await step(admin, kept.id, 'rehearse', 409), 409);
      assert.equal((await step(admin, kept.id, 'cancel')).body.data.id, kept.id);
    }
  }
  assert.ok(seen.has('cancelled'), [...seen].join());
  assert.match(errorOf(await running, 409).message, /cancelled/);
  assert.equal((await admin.all('/companies', { 'name[startsWith]': tag, limit: 1 })).length, 0);
});
