// SPDX-License-Identifier: Apache-2.0
// Duplicates: found with the reason, merged into one of them, and nothing lost on the way.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { errorOf } from './harness/client.js';
import { Organisation, unique } from './harness/organisation.js';
import { execute, queryJson } from './harness/psql.js';

const DATA = process.env.CAIRN_TEST_DATA;
const organisation = await Organisation.create();
const { admin, meta, maker } = organisation;

const word = () => unique('').replace(/[0-9]/g, (d) => 'ghijklmnop'[d]);
const contact = (body) => admin.create('/contacts', { lastName: word(), ...body });
const company = (body) => admin.create('/companies', { name: `${word()} ${word()}`, ...body });
const duplicates = (entity, id, client = admin) => client.read(`${meta.entity(entity).at(id)}/duplicates`);
const merge = (path, keep, others, values, client = admin) =>
  client.post(`${path}/merge`, { keep: keep.id, merge: others.map((o) => o.id), ...(values && { values }) });
const isGone = async (path, id) => (await admin.get(`${path}/${id}`)).status === 404;
/** What is found, with its reasons. */
const reasons = (found) => Object.fromEntries(found.map((d) => [d.record.id, d.reasons.map((r) => r.how).sort()]));

test('duplicates of a contact: address, number and name, each told as the reason, best first', async () => {
  const name = word();
  const one = await contact({ firstName: 'Jiří', lastName: name, email: `jiri.${name}@firm-${name}.example`, phone: '+420 601 123 457' });
  const mail = await contact({ secondaryEmail: `Jiri.${name}+news@firm-${name}.example` });
  const phone = await contact({ mobile: '(601) 123-457' });
  const accents = await contact({ firstName: 'Jiri', lastName: name });
  const typo = await contact({ firstName: 'Jiří', lastName: `${name.slice(0, 9)}${name.slice(10)}` });
  const all = await contact({ firstName: 'Jiří', lastName: name, email: one.email, mobile: '00420601123457' });
  await contact({ firstName: 'Jiří', email: `other@firm-${name}.example`, phone: '601 123 458' });
  const gone = await contact({ email: one.email });
  await admin.delete(`/contacts/${gone.id}`);
  const found = await duplicates('contact', one.id);
  assert.deepEqual(reasons(found), {
    [mail.id]: ['email'], [phone.id]: ['phone'], [accents.id]: ['name'], [typo.id]: ['name'], [all.id]: ['email', 'name', 'phone'],
  });
  assert.equal(found[0].record.id, all.id);
  assert.deepEqual(found[0].reasons.find((r) => r.how === 'email').fields, ['email']);
  const scores = found.map((d) => d.score);
  assert.deepEqual(scores, [...scores].sort((a, b) => b - a));
  assert.ok(scores.every((s) => s > 0 && s <= 1));
});

test('duplicates of a company and a lead: domain and website, legal forms aside, mail providers ignored', async () => {
  const name = word();
  const one = await company({ name: `${name} s.r.o.`, website: `https://www.${name}.example/about` });
  const same = await company({ name: `${name.toUpperCase()} GmbH` });
  const domain = await company({ email: `info@${name}.example` });
  const gmail = await company({ email: `${word()}@gmail.com` });
  await company({ email: `${word()}@gmail.com` });
  assert.deepEqual(reasons(await duplicates('company', one.id)), { [same.id]: ['name'], [domain.id]: ['domain'] });
  assert.deepEqual(await duplicates('company', gmail.id), []);
  const lead = await maker.create('lead', { firstName: word(), lastName: word(), email: `${word()}@${word()}.example`, phone: null, website: `http://${name}.example` });
  const other = await maker.create('lead', { firstName: word(), lastName: word(), email: `${word()}@${word()}.example`, phone: null, website: `https://www.${name}.example/x` });
  assert.deepEqual(reasons(await duplicates('lead', lead.id)), { [other.id]: ['website'] });
});

test('S3-SEC-04 duplicates are those that one sees, by fields that one sees', async () => {
  const user = await organisation.member('user');
  const email = `${word()}@${word()}.example`;
  const theirs = await contact({ email });
  const mine = await user.create('/contacts', { lastName: word(), email });
  const also = await user.create('/contacts', { lastName: word(), email });
  assert.deepEqual(reasons(await duplicates('contact', mine.id, user)), { [also.id]: ['email'] });
  errorOf(await user.get(`/contacts/${theirs.id}/duplicates`), 404);
  const role = (await admin.all('/roles')).find((r) => r.key === 'accountant');
  await admin.patch(`/roles/${role.id}`, { fields: { 'contact.email': 'none', 'contact.secondaryEmail': 'none' } });
  const blind = await organisation.member('accountant');
  assert.deepEqual(await duplicates('contact', mine.id, blind), []);
});

test('a merge keeps one record: its values, what it lacked, all that hung on the others', async () => {
  const tags = await Promise.all([1, 2].map(() => admin.create('/tags', { name: word() })));
  const keep = await contact({ firstName: 'Ana', addressCity: 'Praha', tags: [tags[0].id], externalIds: [{ system: 'a', id: word() }] });
  const home = await company({});
  const lost = await contact({
    firstName: 'Anna', jobTitle: 'CTO', companyId: home.id, addressCity: 'Brno', addressStreet: 'Hlavní 1', emailOptOut: true,
    phoneExt: '12', phone: '601000111', tags: tags.map((t) => t.id), externalIds: [{ system: 'b', id: word() }],
  });
  const third = await contact({ jobTitle: 'Chief', department: 'IT' });
  await admin.patch(`/companies/${home.id}`, { primaryContactId: lost.id });
  const deal = await admin.create('/deals', { name: word(), contactId: lost.id, participants: [{ contactId: keep.id }, { contactId: third.id }, { contactId: lost.id }] });
  const task = await admin.create('/tasks', { title: word(), contactId: third.id });
  const trashed = await admin.create('/tasks', { title: word(), contactId: third.id });
  await admin.delete(`/tasks/${trashed.id}`);
  const call = await admin.create('/activities', { type: 'call', subject: word(), contactId: lost.id, participants: [{ contactId: lost.id }] });

  const answer = await merge('/contacts', keep, [lost, third], { lastName: 'Novák' });
  assert.equal(answer.status, 200, answer.text);
  const { record, merged, moved, changesetId } = answer.body.data;
  assert.deepEqual(merged, [lost.id, third.id]);
  assert.deepEqual([record.firstName, record.lastName, record.jobTitle, record.department, record.companyId, record.emailOptOut, record.phone, record.phoneExt],
    ['Ana', 'Novák', 'CTO', 'IT', home.id, true, '601000111', '12']);
  assert.deepEqual([record.addressCity, record.addressStreet], ['Praha', null], 'no address is made of two');
  assert.deepEqual([...record.tags].sort(), tags.map((t) => t.id).sort());
  assert.deepEqual(record.externalIds.map((e) => e.system), ['a', 'b']);
  assert.equal(moved.find((m) => m.entity === 'task').count, 2);

  const after = await admin.read(`/deals/${deal.id}`);
  assert.equal(after.contactId, keep.id);
  assert.deepEqual(after.participants.map((p) => p.contactId), [keep.id], 'the three are one, who takes part once');
  assert.equal((await admin.read(`/tasks/${task.id}`)).contactId, keep.id);
  assert.equal((await admin.read(`/tasks/${trashed.id}`, { deleted: 'with' })).contactId, keep.id);
  const meeting = await admin.read(`/activities/${call.id}`);
  assert.deepEqual([meeting.contactId, ...meeting.participants.map((p) => p.contactId)], [keep.id, keep.id]);
  assert.equal((await admin.read(`/companies/${home.id}`)).primaryContactId, keep.id);
  assert.ok(await isGone('/contacts', lost.id));
  assert.ok(await isGone('/contacts', third.id));

  const log = await admin.all('/audit-logs', { changesetId });
  assert.deepEqual(log.filter((c) => c.action === 'delete' && c.entity === 'contact').map((c) => c.recordId).sort(), [lost.id, third.id].sort());
  assert.deepEqual(log.find((c) => c.recordId === task.id).diff, { contactId: [third.id, keep.id] });
  assert.ok(log.some((c) => c.recordId === keep.id && c.action === 'merge'));
  assert.ok(log.every((c) => c.actorId === admin.id));
});

test('no reference of any table is forgotten: whatever names a merged record names the one that is kept', async () => {
  for (const [entity, table] of [['company', 'companies'], ['contact', 'contacts'], ['lead', 'leads']]) {
    const references = queryJson(DATA, `select json_agg(json_build_object('table', table_name, 'column', column_name)) from merge_references('${table}')`);
    const declared = meta.entities.flatMap((e) => e.fields.filter((f) => f.references === entity && f.type === 'reference').map((f) => `${e.name}.${f.name}`));
    assert.ok(references.length >= declared.length, `${entity}: ${declared}`);
    const [keep, lost] = [await maker.create(entity), await maker.create(entity)];
    for (const e of meta.allowing('create', 'read'))
      for (const f of e.fields.filter((x) => x.references === entity && x.type === 'reference' && !x.readOnly && x.name !== 'primaryContactId')) {
        if (['quote', 'invoice'].includes(e.name) && entity === 'contact') continue; // the contact is one of the company
        await admin.post(e.path, { ...(await maker.body(e.name)), [f.name]: lost.id });
      }
    const answer = await merge(meta.entity(entity).path, keep, [lost]);
    assert.equal(answer.status, 200, answer.text);
    for (const { table: of, column } of references)
      assert.equal(queryJson(DATA, `select count(*) from ${of} where ${column} = '${lost.id}'`), 0, `${of}.${column}`);
    assert.ok(answer.body.data.moved.length > 0);
  }
});

test('companies: hierarchies stay trees, the others keep their own currency', async () => {
  const keep = await company({ currency: 'CZK' });
  const lost = await company({ currency: 'EUR', annualRevenue: 5 });
  const child = await company({ parentId: lost.id });
  await admin.patch(`/companies/${keep.id}`, { parentId: child.id });
  const { record } = (await admin.post('/companies/merge', { keep: keep.id, merge: [lost.id] }, { expect: 200 })).body.data;
  assert.equal((await admin.read(`/companies/${child.id}`)).parentId, null, 'it would be above itself');
  assert.deepEqual([record.parentId, record.currency, record.annualRevenue], [child.id, 'CZK', null]);
  const [a, b] = [await company({}), await company({})];
  await admin.patch(`/companies/${a.id}`, { parentId: b.id });
  const top = (await admin.post('/companies/merge', { keep: a.id, merge: [b.id] }, { expect: 200 })).body.data.record;
  assert.equal(top.parentId, null);
});

test('what is issued, sent, paid or converted stays with its record: only that one can be kept', async () => {
  const [plain, payer] = [await company({}), await company({})];
  await admin.create('/payments', { companyId: payer.id, amount: 10, direction: 'in', method: 'cash', paidAt: '2026-01-05' });
  const error = errorOf(await merge('/companies', plain, [payer]), 409);
  assert.match(error.message, /1 recorded payment/);
  assert.deepEqual(error.details.map((d) => [d.field, d.code]), [['payments', 'IN_USE']]);
  assert.equal((await merge('/companies', payer, [plain])).status, 200);
  const lead = await maker.create('lead');
  const done = await maker.create('lead');
  await admin.post(`/leads/${done.id}/convert`, {}, { expect: [200, 201] });
  assert.match(errorOf(await merge('/leads', lead, [done]), 409).message, /converted lead/);
  assert.equal((await merge('/leads', done, [lead])).status, 200);
});

test('S3-SEC-04 S2-SEC-06 who may merge is a verb of its own, and reaches one\'s own where the role says so', async () => {
  const user = await organisation.member('user');
  const mine = await Promise.all([1, 2].map(() => user.create('/contacts', { lastName: word() })));
  const theirs = await contact({});
  errorOf(await merge('/contacts', mine[0], [theirs], undefined, user), 422);
  errorOf(await merge('/contacts', theirs, [mine[0]], undefined, user), 404);
  assert.equal((await merge('/contacts', mine[0], [mine[1]], undefined, user)).status, 200, 'without the right to delete');
  const accountant = await organisation.member('accountant');
  errorOf(await merge('/contacts', theirs, [mine[0]], undefined, accountant), 403);
  const foreign = await Organisation.create();
  errorOf(await merge('/contacts', theirs, [mine[0]], undefined, foreign.admin), 404);
});

test('a body that says no merge is refused, field by field', async () => {
  const [a, b] = [await contact({}), await contact({})];
  const post = (body) => admin.post('/contacts/merge', body);
  const fields = (answer) => errorOf(answer, 422).details.map((d) => d.field);
  assert.deepEqual(fields(await post({})), ['keep', 'merge']);
  assert.deepEqual(fields(await post({ keep: a.id, merge: [] })), ['merge']);
  assert.deepEqual(fields(await post({ keep: a.id, merge: [a.id] })), ['merge']);
  assert.deepEqual(fields(await post({ keep: a.id, merge: [b.id, b.id] })), ['merge']);
  assert.deepEqual(fields(await post({ keep: a.id, merge: [randomUUID()] })), ['merge']);
  assert.deepEqual(fields(await post({ keep: a.id, merge: [b.id], values: 3 })), ['values']);
  assert.deepEqual(fields(await post({ keep: a.id, merge: [b.id], extra: 1 })), ['extra']);
  assert.deepEqual(fields(await post({ keep: a.id, merge: [b.id], values: { email: 'no' } })), ['email']);
  errorOf(await post({ keep: randomUUID(), merge: [b.id] }), 404);
  assert.equal((await admin.read(`/contacts/${b.id}`)).version, 1, 'nothing was written');
  const headers = { 'idempotency-key': randomUUID() };
  const body = { keep: a.id, merge: [b.id], values: { jobTitle: 'Boss' } };
  const first = await admin.post('/contacts/merge', body, { headers, expect: 200 });
  assert.deepEqual((await admin.post('/contacts/merge', body, { headers, expect: 200 })).body, first.body);
});

test('two merges of the same records at once: one wins, the other is told, nothing points into the trash', async () => {
  for (let round = 0; round < 5; round++) {
    const people = await Promise.all([1, 2, 3].map(() => contact({})));
    const tasks = await Promise.all(people.map((p) => admin.create('/tasks', { title: word(), contactId: p.id })));
    const [a, b, c] = people;
    const answers = await Promise.all([merge('/contacts', a, [b, c]), merge('/contacts', b, [a]), merge('/contacts', c, [b, a])]);
    assert.ok(answers.every((x) => [200, 404, 422].includes(x.status)), answers.map((x) => x.text).join());
    assert.ok(answers.some((x) => x.status === 200));
    for (const t of tasks) {
      const { contactId } = await admin.read(`/tasks/${t.id}`);
      assert.equal((await admin.get(`/contacts/${contactId}`)).status, 200);
    }
  }
});

test('a merge while children are written: each is moved, or was refused', async () => {
  const keep = await company({});
  const lost = await company({});
  const writes = [];
  for (let i = 0; i < 30; i++) {
    writes.push(admin.post('/deals', { name: word(), companyId: lost.id }));
    writes.push(admin.post('/contacts', { lastName: word(), companyId: lost.id }));
    if (i === 12) writes.push(merge('/companies', keep, [lost]));
  }
  const answers = await Promise.all(writes);
  assert.ok(answers.every((a) => [200, 201, 422].includes(a.status)), answers.map((a) => a.status).join());
  assert.equal(answers.filter((a) => a.status === 200).length, 1);
  for (const table of ['deals', 'contacts'])
    assert.equal(queryJson(DATA, `select count(*) from ${table} where company_id = '${lost.id}'`), 0, table);
  const made = answers.filter((a) => a.status === 201).length;
  assert.equal(queryJson(DATA, `select (select count(*) from deals where company_id = '${keep.id}') + (select count(*) from contacts where company_id = '${keep.id}')`), made);
});

test('a revert of the changeset undoes a merge: records, references, values', async () => {
  const keep = await contact({ firstName: 'Keep', externalIds: [{ system: 'a', id: word() }] });
  const lost = await contact({ firstName: 'Lost', jobTitle: 'CTO', externalIds: [{ system: 'b', id: word() }] });
  const deal = await admin.create('/deals', { name: word(), contactId: lost.id, participants: [{ contactId: keep.id }, { contactId: lost.id }] });
  const task = await admin.create('/tasks', { title: word(), contactId: lost.id });
  const { changesetId } = (await admin.post('/contacts/merge', { keep: keep.id, merge: [lost.id], values: { department: 'IT' } }, { expect: 200 })).body.data;
  const answer = await admin.post(`/changesets/${changesetId}/revert`, {});
  assert.equal(answer.status, 200, answer.text);
  const content = ({ version, updatedAt, ...rest }) => rest;
  for (const record of [keep, lost]) assert.deepEqual(content(await admin.read(`/contacts/${record.id}`)), content(record));
  const again = await admin.read(`/deals/${deal.id}`);
  assert.equal(again.contactId, lost.id);
  assert.deepEqual(again.participants.map((p) => p.contactId), [keep.id, lost.id]);
  assert.equal((await admin.read(`/tasks/${task.id}`)).contactId, lost.id);
});

test('who wrote a reference past the merge is found again by maintenance, unless the record came back', async () => {
  const keep = await company({});
  const lost = await company({});
  const straggler = await company({});
  await admin.post('/companies/merge', { keep: keep.id, merge: [lost.id] }, { expect: 200 });
  execute(DATA, `update companies set parent_id = '${lost.id}' where id = '${straggler.id}'`);
  queryJson(DATA, 'select to_json(merge_stragglers())');
  assert.equal((await admin.read(`/companies/${straggler.id}`)).parentId, keep.id);
  await admin.post(`/companies/${lost.id}/restore`, undefined, { expect: 200 });
  await admin.delete(`/companies/${lost.id}`, { expect: 204 });
  execute(DATA, `update companies set parent_id = '${lost.id}' where id = '${straggler.id}'`);
  queryJson(DATA, 'select to_json(merge_stragglers())');
  assert.equal((await admin.read(`/companies/${straggler.id}`)).parentId, lost.id);
});
