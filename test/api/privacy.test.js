// SPDX-License-Identifier: Apache-2.0
// A person is told everything that is held, and is erased everywhere that it may be.
import assert from 'node:assert/strict';
import test from 'node:test';
import { errorOf } from './harness/client.js';
import { Organisation, unique } from './harness/organisation.js';
import { queryJson } from './harness/psql.js';

const DATA = process.env.CAIRN_TEST_DATA;
const organisation = await Organisation.create();
const { admin, maker } = organisation;

const word = () => unique('').replace(/[0-9]/g, (d) => 'ghijklmnop'[d]);

/** A person with a life in the CRM. */
async function person() {
  const it = { first: `Jo${word()}`, last: `Né${word()}`, was: `Old${word()}`, taste: word() };
  it.email = `${it.first}@${word()}.example`.toLowerCase();
  it.old = `${word()}@${word()}.example`;
  it.digits = `60${Math.floor(1e6 + Math.random() * 9e6)}`;
  it.phone = `+420 ${it.digits.slice(0, 3)} ${it.digits.slice(3, 6)} ${it.digits.slice(6)}`;
  it.company = await admin.create('/companies', { name: `${word()} ${word()}` });
  it.contact = await admin.create('/contacts', { firstName: it.first, lastName: it.was, email: it.old, phone: it.phone, companyId: it.company.id, birthday: '1980-02-03', description: `${it.first} likes ${it.taste}`, consentAt: '2026-01-01T00:00:00Z', consentSource: 'fair' });
  await admin.patch(`/contacts/${it.contact.id}`, { lastName: it.last, email: it.email });
  it.note = await admin.create('/activities', { type: 'note', subject: `Talk with ${it.first} ${it.last}`, body: `Call ${it.digits.slice(0, 3)}-${it.digits.slice(3)} or ${it.email.toUpperCase()}, said ${it.first}  ${it.was}.`, contactId: it.contact.id });
  await admin.patch(`/activities/${it.note.id}`, { outcome: `mailed ${it.old}` });
  it.task = await admin.create('/tasks', { title: `Write to ${it.email}`, contactId: it.contact.id });
  it.deal = await admin.create('/deals', { name: word(), participants: [{ contactId: it.contact.id }] });
  it.lead = await maker.create('lead', { firstName: it.first, lastName: it.last, email: it.email, phone: it.phone });
  return it;
}

/** Rows of all tables in which any of the texts is found, as the superuser sees them. */
function everywhere(texts) {
  const pattern = texts.map((t) => t.replace(/[.+]/g, '[$&]')).join('|');
  const count = `format('select count(*) as n from %I x where x::text ~* %L', c.relname, '${pattern}')`;
  return queryJson(DATA, `select coalesce(json_agg(c.relname), '[]') from pg_class c where c.relnamespace = 'public'::regnamespace
    and c.relkind in ('r', 'p') and not c.relispartition
    and (xpath('/row/n/text()', query_to_xml(${count}, false, true, '')))[1]::text <> '0'`);
}

test('a dossier is everything that is held about a person, in one document', async () => {
  const it = await person();
  const dossier = await admin.read(`/contacts/${it.contact.id}/dossier`);
  assert.equal(dossier.contact.email, it.email);
  assert.deepEqual([dossier.contact.consentSource, dossier.contact.description], ['fair', `${it.first} likes ${it.taste}`]);
  const of = (entity) => dossier.sections.filter((s) => s.entity === entity).flatMap((s) => s.records.map((r) => r.id));
  assert.deepEqual(of('activity'), [it.note.id]);
  assert.deepEqual(of('task'), [it.task.id]);
  assert.deepEqual(of('lead'), [it.lead.id]);
  assert.equal(dossier.sections.find((s) => s.entity === 'deal_participant').records[0].dealId, it.deal.id);
  assert.ok(dossier.sections.every((s) => s.complete));
  assert.deepEqual(dossier.changes.records.map((c) => c.action).sort(), ['create', 'update']);
  assert.deepEqual(dossier.withheld, []);
  await admin.delete(`/contacts/${it.contact.id}`);
  assert.equal((await admin.read(`/contacts/${it.contact.id}/dossier`)).contact.email, it.email, 'also in the trash');
  errorOf(await admin.get(`/contacts/${it.contact.id}/dossier`, { query: { x: 1 } }), 400);
});

test('S3-SEC-04 a dossier is for who may export, and within what one sees', async () => {
  const it = await person();
  const user = await organisation.member('user');
  errorOf(await user.get(`/contacts/${it.contact.id}/dossier`), 403);
  const accountant = await organisation.member('accountant');
  const dossier = await accountant.read(`/contacts/${it.contact.id}/dossier`);
  assert.ok(dossier.withheld.includes('lead'));
  assert.ok(!JSON.stringify(dossier).includes(it.lead.id));
  errorOf(await (await Organisation.create()).admin.get(`/contacts/${it.contact.id}/dossier`), 404);
});

test('an erased person is found nowhere: not in records, the trash, the log or any table', async () => {
  const it = await person();
  const held = [it.email, it.old, it.phone, it.digits, `${it.first} ${it.last}`, it.first, it.was, it.last, it.taste];
  assert.ok(held.every((text) => everywhere([text]).length > 0 || text.includes(' ') || text === it.digits));
  const answer = await admin.post(`/contacts/${it.contact.id}/erase`, { confirm: true });
  assert.equal(answer.status, 200, answer.text);
  const { data } = answer.body;
  assert.deepEqual([data.contactId, data.leadIds, data.found], [it.contact.id, [it.lead.id], []]);
  assert.deepEqual(data.texts.map((t) => [t.entity, t.count]).sort(), [['activity', 1], ['task', 1]]);
  assert.deepEqual(everywhere(held), []);

  const row = await admin.read(`/contacts/${it.contact.id}`, { deleted: 'only' });
  assert.deepEqual([row.firstName, row.lastName, row.email, row.phone, row.birthday, row.description, row.consentSource], [null, 'Erased', null, null, null, null, null]);
  assert.equal(row.companyId, it.company.id);
  assert.match((await admin.read(`/activities/${it.note.id}`)).body, /^Call \[erased\] or \[erased\], said \[erased\]\.$/);
  const log = await admin.all('/audit-logs', { recordId: it.contact.id });
  assert.deepEqual(log.find((c) => c.action === 'erase').actorId, admin.id);
  assert.deepEqual(log.find((c) => c.action === 'update' && c.diff.email).diff.email, ['***', '***']);
  for (const changesetId of new Set(log.map((c) => c.changesetId)))
    await admin.post(`/changesets/${changesetId}/revert`, {});
  assert.deepEqual(everywhere(held), [], 'no revert brings it back');
});

test('what is found still is answered: others who share the number, and what is kept by law', async () => {
  const it = await person();
  const other = await admin.create('/contacts', { lastName: word(), phone: it.phone });
  const firm = await admin.create('/companies', { name: `${word()} ${word()}`, email: it.email });
  const { data } = (await admin.post(`/contacts/${it.contact.id}/erase`, { confirm: true }, { expect: 200 })).body;
  assert.deepEqual(data.found.map((f) => [f.entity, f.id]).sort(), [['company', firm.id], ['contact', other.id]].sort());
  assert.equal((await admin.read(`/contacts/${other.id}`)).phone, it.phone);
});

test('S2-SEC-06 erasing is for who may delete all contacts, says so, and happens once', async () => {
  const it = await person();
  const manager = await organisation.member('manager');
  errorOf(await manager.post(`/contacts/${it.contact.id}/erase`, { confirm: true }), 403);
  errorOf(await admin.post(`/contacts/${it.contact.id}/erase`, {}), 422);
  errorOf(await admin.post(`/contacts/${it.contact.id}/erase`, { confirm: false }), 422);
  errorOf(await (await Organisation.create()).admin.post(`/contacts/${it.contact.id}/erase`, { confirm: true }), 404);
  assert.equal((await admin.read(`/contacts/${it.contact.id}`)).email, it.email);
});
