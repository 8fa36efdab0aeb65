// SPDX-License-Identifier: Apache-2.0
// Changesets: what one request wrote, and taking it back.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { errorOf } from './harness/client.js';
import { Organisation, unique } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin, maker, meta } = organisation;

/** The changeset of the latest change of a record. */
async function latest(id, client = admin) {
  const rows = (await client.get('/audit-logs', { query: { recordId: id, limit: 1 }, expect: 200 })).body.data;
  return rows[0].changesetId;
}
// Book-keeping of the server, which the log does not hold.
const UNLOGGED = ['lastActivityAt', 'nextActivityAt', 'stageChangedAt', 'progress'];
const revert = async (id, { client = admin, expect = 200, query } = {}) => {
  const answer = await client.post(`/changesets/${id}/revert`, undefined, { query });
  if (expect !== 200) return errorOf(answer, expect);
  assert.equal(answer.status, 200, answer.text.slice(0, 900));
  return answer.body.data;
};
const at = (name, id) => meta.entity(name).at(id);
const isThere = async (name, id) => (await admin.get(at(name, id))).status === 200;
const numbers = (list) => Object.fromEntries(list.map((n) => [n.entity, n.records]));
const contact = (extra) => admin.create('/contacts', { lastName: unique('Person'), ...extra });

test('a changeset tells who, when and what, and whether it can be taken back', async () => {
  const records = [await contact(), await contact()];
  const data = (await admin.patch('/contacts', { ids: records.map((r) => r.id), changes: { jobTitle: 'x' } }, { expect: 200 })).body.data;
  const told = await admin.read(`/changesets/${data.changesetId}`);
  assert.deepEqual([told.id, told.actorId, told.revertible, told.whyNot, told.revertOf, told.revertedBy, told.countsAreWhole],
    [data.changesetId, admin.id, true, null, null, null, true]);
  assert.deepEqual(told.counts, [{ entity: 'contact', action: 'update', records: 2 }]);
  assert.ok(Math.abs(Date.parse(told.at) - Date.now()) < 60_000);
  const list = await admin.read('/changesets', { limit: 1 });
  assert.deepEqual(list.changesets, [told]);
  const next = await admin.read('/changesets', { limit: 1, cursor: list.nextCursor });
  assert.notEqual(next.changesets[0].id, told.id);
  assert.ok((await admin.read('/changesets', { entity: 'contact', actorId: 'me' })).changesets.every((c) => c.actorId === admin.id));
  const older = next.changesets[0];
  const these = await admin.read('/changesets', { 'id[in]': [older.id, randomUUID(), told.id].join(',') });
  assert.deepEqual([these.changesets, these.nextCursor], [[older, told], null], 'those that are named, in that order');
  errorOf(await admin.get('/changesets', { query: { 'id[in]': `${told.id},x` } }), 400);
  errorOf(await admin.get('/changesets', { query: { 'id[in]': Array(101).fill(told.id).join(',') } }), 400);
  errorOf(await admin.get('/changesets', { query: { colour: 'x' } }), 400);
  errorOf(await admin.get('/changesets', { query: { limit: 0 } }), 400);
  errorOf(await admin.get(`/changesets/${randomUUID()}`), 404);
  await revert(randomUUID(), { expect: 404 });
});

test('a bulk edit is taken back to each record\'s own former values', async () => {
  const records = [await contact({ jobTitle: 'a' }), await contact({ jobTitle: 'b' }), await contact()];
  const data = (await admin.patch('/contacts', { ids: records.map((r) => r.id), changes: { jobTitle: 'x', addressCity: 'Rome' } }, { expect: 200 })).body.data;
  const tried = await revert(data.changesetId, { query: { dryRun: true } });
  assert.deepEqual([numbers(tried.reverted), tried.changesetId, tried.dryRun], [{ contact: 3 }, null, true]);
  assert.equal((await admin.read(`/contacts/${records[0].id}`)).jobTitle, 'x');
  const back = await revert(data.changesetId);
  assert.deepEqual([numbers(back.reverted), back.leftCount, back.left], [{ contact: 3 }, 0, []]);
  for (const record of records) {
    const { version, updatedAt, ...now } = await admin.read(`/contacts/${record.id}`);
    const { version: v, updatedAt: u, ...was } = record;
    assert.deepEqual(now, was);
  }
  const told = await admin.read(`/changesets/${data.changesetId}`);
  assert.equal(told.revertedBy, back.changesetId);
  assert.equal((await admin.read(`/changesets/${back.changesetId}`)).revertOf, data.changesetId);
});

test('a revert is a changeset and can be taken back', async () => {
  const record = await contact({ jobTitle: 'a', custom: {} });
  await admin.patch(at('contact', record.id), { jobTitle: 'b' }, { expect: 200 });
  const back = await revert(await latest(record.id));
  assert.equal((await admin.read(at('contact', record.id))).jobTitle, 'a');
  const again = await revert(back.changesetId);
  assert.deepEqual(numbers(again.reverted), { contact: 1 });
  assert.equal((await admin.read(at('contact', record.id))).jobTitle, 'b');
});

test('a record that was changed since is left alone, with what it is now', async () => {
  const [first, second, third] = [await contact({ jobTitle: 'a' }), await contact({ jobTitle: 'a' }), await contact({ jobTitle: 'a' })];
  const all = [first, second, third].map((r) => r.id);
  const data = (await admin.patch('/contacts', { ids: all, changes: { jobTitle: 'b', addressCity: 'Rome' } }, { expect: 200 })).body.data;
  await admin.patch(at('contact', first.id), { jobTitle: 'c' }, { expect: 200 });
  await admin.patch(at('contact', second.id), { addressStreet: 'elsewhere' }, { expect: 200 });
  await admin.delete(at('contact', third.id), { expect: 204 });
  const back = await revert(data.changesetId);
  assert.deepEqual([numbers(back.reverted), back.leftCount], [{ contact: 1 }, 2]);
  const told = new Map(back.left.map((l) => [l.id, l]));
  assert.deepEqual(told.get(first.id).changes, [{ field: 'jobTitle', written: 'b', now: 'c' }]);
  assert.deepEqual([told.get(first.id).reason, told.get(first.id).code], ['CHANGED_SINCE', 'CONFLICT']);
  assert.deepEqual(told.get(third.id).changes.map((c) => c.field), ['deletedAt']);
  const now = await admin.read(at('contact', first.id));
  assert.deepEqual([now.jobTitle, now.addressCity], ['c', 'Rome']);
  const other = await admin.read(at('contact', second.id));
  assert.deepEqual([other.jobTitle, other.addressCity, other.addressStreet], ['a', null, 'elsewhere']);
});

test('of custom fields only those go back that were written', async () => {
  const keys = [unique('k').slice(0, 20), unique('k').slice(0, 20)];
  for (const key of keys) await admin.create('/custom-fields', { entity: 'contact', key, label: key, type: 'text' });
  const record = await contact({ custom: { [keys[0]]: 'a' } });
  await admin.patch(at('contact', record.id), { custom: { [keys[0]]: 'b' } }, { expect: 200 });
  const changeset = await latest(record.id);
  await admin.patch(at('contact', record.id), { custom: { [keys[1]]: 'mine' } }, { expect: 200 });
  await revert(changeset);
  assert.deepEqual((({ [keys[0]]: a, [keys[1]]: b }) => [a, b])((await admin.read(at('contact', record.id))).custom), ['a', 'mine']);
  const back = await latest(record.id);
  await admin.patch(at('contact', record.id), { custom: { [keys[0]]: 'c' } }, { expect: 200 });
  const left = await revert(back);
  assert.deepEqual(left.left[0].changes, [{ field: `custom.${keys[0]}`, written: 'a', now: 'c' }]);
});

test('S1-DB-04 what was made goes to the trash, what was deleted comes back', async () => {
  const made = await contact();
  const changeset = await latest(made.id);
  await revert(changeset);
  assert.equal(await isThere('contact', made.id), false);
  await revert(await latest(made.id));
  assert.ok(await isThere('contact', made.id));
  const company = await maker.create('company');
  const deal = await maker.create('deal', { companyId: company.id });
  const kept = await contact({ companyId: company.id });
  await admin.delete(at('company', company.id), { query: { cascade: true }, expect: 204 });
  const back = await revert(await latest(company.id));
  assert.deepEqual([await isThere('company', company.id), await isThere('deal', deal.id)], [true, true]);
  assert.equal((await admin.read(at('contact', kept.id))).companyId, company.id);
  assert.deepEqual(back.left, []);
});

test('what was made and has been edited or used since is left alone', async () => {
  const edited = await contact();
  const changeset = await latest(edited.id);
  await admin.patch(at('contact', edited.id), { jobTitle: 'x' }, { expect: 200 });
  const left = await revert(changeset);
  assert.deepEqual([left.left[0].reason, left.left[0].changes.map((c) => c.field)], ['CHANGED_SINCE', ['jobTitle']]);
  await admin.patch(at('contact', edited.id), { jobTitle: null }, { expect: 200 });
  assert.deepEqual((await revert(changeset)).left, []);
  const company = await admin.create('/companies', { name: unique('Co') });
  const made = await latest(company.id);
  await admin.create('/deals', { name: 'open', companyId: company.id });
  const used = await revert(made);
  assert.deepEqual([used.left[0].reason, used.left[0].details[0].field], ['REFUSED', 'deals']);
  assert.ok(await isThere('company', company.id));
});

test('S1-DB-04 taking back a restore takes along what has come to it since, and no more', async () => {
  const company = await admin.create('/companies', { name: unique('Co') });
  const task = (title) => admin.create('/tasks', { title, companyId: company.id });
  const [outlived, went] = [await task('outlived'), await task('went along')];
  await admin.delete(at('task', outlived.id), { expect: 204 });
  await admin.delete(at('company', company.id), { expect: 204 });
  await admin.post(`${at('task', outlived.id)}/restore`, undefined, { expect: 200 });
  await admin.post(`${at('company', company.id)}/restore`, undefined, { expect: 200 });
  const restored = await latest(company.id);
  assert.ok(await isThere('task', went.id));
  const since = await task('made since');
  // Away and back again is as it was.
  await admin.delete(at('task', outlived.id), { expect: 204 });
  await admin.post(`${at('task', outlived.id)}/restore`, undefined, { expect: 200 });
  assert.deepEqual((await revert(restored)).left, []);
  assert.deepEqual(await Promise.all([company, went, since, outlived].map((r, i) => isThere(i ? 'task' : 'company', r.id))),
    [false, false, false, true]);
});

test('S1-DB-04 an edit is not taken back to what is in the trash by now', async () => {
  const [before, now] = [await admin.create('/companies', { name: unique('Co') }), await admin.create('/companies', { name: unique('Co') })];
  const deal = await admin.create('/deals', { name: 'moved', companyId: before.id });
  await admin.patch(at('deal', deal.id), { companyId: now.id }, { expect: 200 });
  const moved = await latest(deal.id);
  await admin.delete(at('company', before.id), { expect: 204 });
  const [left] = (await revert(moved)).left;
  assert.deepEqual([left.reason, left.message], ['REFUSED', 'The company of this deal is in the trash: restore it first.']);
  assert.equal((await admin.read(at('deal', deal.id))).companyId, now.id);
  await admin.post(`${at('company', before.id)}/restore`, undefined, { expect: 200 });
  assert.deepEqual((await revert(moved)).left, []);
  assert.equal((await admin.read(at('deal', deal.id))).companyId, before.id);
});

test('lines and participants come back with their record', async () => {
  const people = [await contact(), await contact()];
  const line = (name, unitPrice) => ({ name, unitPrice, quantity: 2 });
  const deal = await admin.create('/deals', { name: unique('deal'), lines: [line('a', 10), line('b', 5)], participants: [{ contactId: people[0].id }] });
  const path = at('deal', deal.id);
  await admin.patch(path, { lines: [{ ...line('a2', 11), id: deal.lines[0].id }, line('c', 1)], participants: [{ contactId: people[1].id }], name: 'other' }, { expect: 200 });
  const changeset = await latest(deal.id);
  const back = await revert(changeset);
  assert.deepEqual(back.left, []);
  const now = await admin.read(path);
  assert.deepEqual([now.name, now.amount], [deal.name, deal.amount]);
  const plain = (lines) => lines.map((l) => [l.id, l.name, l.unitPrice, l.quantity]);
  assert.deepEqual(plain(now.lines), plain(deal.lines));
  assert.deepEqual(now.participants.map((p) => p.contactId), [people[0].id]);
  await admin.patch(path, { lines: [line('d', 1)] }, { expect: 200 });
  const second = await latest(deal.id);
  const lines = (await admin.read(path)).lines;
  await admin.patch(path, { lines: [{ ...line('d', 7), id: lines[0].id }] }, { expect: 200 });
  const left = await revert(second);
  assert.equal(left.leftCount > 0, true);
  assert.deepEqual((await admin.read(path)).lines.map((l) => [l.name, l.unitPrice]), [['d', 7]]);
});

test('S2-REL-08 the conversion of a lead is taken back, with all that it made', async () => {
  const lead = await admin.create('/leads', { firstName: 'Con', lastName: 'Verted', email: 'con@example.com', source: 'website', company: unique('Co') });
  const work = await admin.create('/tasks', { title: unique('task'), leadId: lead.id });
  const was = await admin.read(at('lead', lead.id));
  const converted = (await admin.post(`/leads/${lead.id}/convert`, { deal: {} }, { expect: 200 })).body.data;
  const changeset = (await admin.get('/audit-logs', { query: { recordId: lead.id, action: 'converted' }, expect: 200 })).body.data[0].changesetId;
  const back = await revert(changeset);
  assert.deepEqual(back.left, []);
  const now = await admin.read(at('lead', lead.id));
  for (const field of ['status', 'stageId', 'convertedAt', 'convertedDealId', 'convertedContactId', 'companyId', 'contactId'])
    assert.deepEqual(now[field], was[field], field);
  for (const name of ['deal', 'contact', 'company']) assert.equal(await isThere(name, converted[`${name}Id`]), false, name);
  const task = await admin.read(at('task', work.id));
  assert.deepEqual([task.leadId, task.contactId, task.companyId, task.dealId], [lead.id, null, null, null]);
  assert.equal((await admin.post(`/leads/${lead.id}/convert`, {}, { expect: 200 })).body.data.leadId, lead.id);
});

test('an import is taken back, links and all', async () => {
  const name = unique('Imported');
  const csv = `lastName,company\n${name} a,${name} Co\n${name} b,${name} Co\n`;
  const map = { into: 'contacts', columns: { lastName: 'lastName', company: { field: 'companyId', link: { create: true } } } };
  const form = new FormData();
  form.append('map', JSON.stringify(map));
  form.append('file', new Blob([csv]), 'file.csv');
  const sent = new Response(form);
  await admin.post('/imports', Buffer.from(await sent.arrayBuffer()), { headers: { 'content-type': sent.headers.get('content-type') }, expect: 201 });
  const rows = await admin.all('/contacts', { 'lastName[startsWith]': name });
  assert.equal(rows.length, 2);
  const back = await revert(await latest(rows[0].id));
  assert.deepEqual(numbers(back.reverted), { contact: 2, company: 1 });
  // Both are in the trash, the one still of the other.
  assert.equal((await admin.read(`/contacts/${rows[0].id}`, { deleted: 'only' })).companyId, rows[0].companyId);
  assert.equal((await admin.all('/contacts', { 'lastName[startsWith]': name })).length, 0);
});

test('what was issued or paid stays: 409 names what to do instead', async () => {
  const company = await maker.create('company');
  const lines = [{ name: 'x', quantity: 1, unitPrice: 100 }];
  const invoice = await admin.create('/invoices', { companyId: company.id, lines });
  const draft = await latest(invoice.id);
  await admin.post(`/invoices/${invoice.id}/issue`, undefined, { expect: 200 });
  const issued = await latest(invoice.id);
  assert.match((await revert(issued, { expect: 409 })).message, /credit note/);
  const told = await admin.read(`/changesets/${issued}`);
  assert.equal(told.revertible, false);
  assert.match(told.whyNot, /credit note/);
  assert.equal((await admin.read(`/changesets/${draft}`)).revertible, false);
  const payment = await admin.create('/payments', { invoiceId: invoice.id, amount: 50 });
  assert.match((await revert(await latest(payment.id), { expect: 409 })).message, /refund/);
  const quote = await admin.create('/quotes', { companyId: company.id, lines });
  await admin.post(`/quotes/${quote.id}/send`, undefined, { expect: 200 });
  assert.match((await revert(await latest(quote.id), { expect: 409 })).message, /revised or cancelled/);
});

test('only the author and administrators take a changeset back; what is not theirs is left', async () => {
  const user = await organisation.member('user');
  const manager = await organisation.member('manager');
  const mine = await user.create('/contacts', { lastName: 'mine', jobTitle: 'a' });
  await user.patch(at('contact', mine.id), { jobTitle: 'b' }, { expect: 200 });
  const changeset = await latest(mine.id, user);
  await revert(changeset, { client: manager, expect: 404 });
  assert.equal((await manager.read(`/changesets/${changeset}`)).revertible, false);
  const stranger = await Organisation.create();
  await revert(changeset, { client: stranger.admin, expect: 404 });
  errorOf(await stranger.admin.get(`/changesets/${changeset}`), 404);
  await admin.patch(at('contact', mine.id), { ownerId: admin.id }, { expect: 200 });
  const left = await revert(changeset, { client: user });
  assert.deepEqual(left.left.map((l) => [l.id, l.reason]), [[mine.id, 'GONE']]);
  assert.equal((await admin.read(at('contact', mine.id))).jobTitle, 'b');
  assert.deepEqual(numbers((await revert(changeset)).reverted), { contact: 1 });
  assert.equal((await admin.read(at('contact', mine.id))).jobTitle, 'a');
});

test('who may not read the log takes back what they did all the same; fields that a role may not write stay', async () => {
  const books = await admin.create('/roles', { name: unique('Books '), preset: 'accountant', access: { contact: { bulk: 'all' } } });
  const accountant = await organisation.member(books.key);
  const record = await contact({ jobTitle: 'a' });
  const data = (await accountant.patch('/contacts', { ids: [record.id], changes: { jobTitle: 'b' } }, { expect: 200 })).body.data;
  assert.deepEqual([data.changed, data.counts.length], [1, 1]);
  assert.deepEqual(numbers((await revert(data.changesetId, { client: accountant })).reverted), { contact: 1 });
  assert.equal((await admin.read(at('contact', record.id))).jobTitle, 'a');
  const role = await admin.create('/roles', { name: unique('Desk '), preset: 'manager' });
  const clerk = await organisation.member(role.key);
  const other = (await clerk.patch('/contacts', { ids: [record.id], changes: { jobTitle: 'c' } }, { expect: 200 })).body.data;
  await admin.patch(`/roles/${role.id}`, { fields: { 'contact.jobTitle': 'read' } }, { expect: 200 });
  const left = await revert(other.changesetId, { client: clerk });
  assert.deepEqual(left.left.map((l) => [l.id, l.reason]), [[record.id, 'FORBIDDEN']]);
  await admin.patch(`/roles/${role.id}`, { fields: { 'contact.jobTitle': 'none' } }, { expect: 200 });
  await admin.patch(at('contact', record.id), { jobTitle: 'secret' }, { expect: 200 });
  const hidden = await clerk.post(`/changesets/${other.changesetId}/revert`, undefined, { expect: 200 });
  assert.doesNotMatch(hidden.text, /secret|jobTitle/);
});

test('a value that another record has got meanwhile keeps the record from coming back', async () => {
  const sku = unique('SKU');
  const product = await admin.create('/products', { name: 'first', price: 1, sku });
  await admin.patch(at('product', product.id), { sku: unique('SKU') }, { expect: 200 });
  const changeset = await latest(product.id);
  await admin.create('/products', { name: 'second', price: 1, sku });
  const left = await revert(changeset);
  assert.deepEqual(left.left.map((l) => [l.id, l.reason, l.details[0].field]), [[product.id, 'REFUSED', 'sku']]);
});

test('the same revert is done once under its key', async () => {
  const record = await contact({ jobTitle: 'a' });
  await admin.patch(at('contact', record.id), { jobTitle: 'b' }, { expect: 200 });
  const changeset = await latest(record.id);
  const headers = { 'idempotency-key': unique('key') };
  const first = await admin.post(`/changesets/${changeset}/revert`, undefined, { headers, expect: 200 });
  const second = await admin.post(`/changesets/${changeset}/revert`, undefined, { headers, expect: 200 });
  assert.deepEqual(second.body, first.body);
});

// Every entity there is: an edit of all its fields, and its making, taken back and back again.
for (const entity of meta.allowing('create', 'update')) {
  test(`${entity.name}: an edit and the making are taken back`, async () => {
    const record = await maker.create(entity.name, {}, { full: true });
    const path = entity.at(record.id);
    const making = await latest(record.id);
    const was = await admin.read(path);
    const body = await maker.body(entity.name, { full: true });
    const editable = entity.editable.map((f) => f.name).filter((name) => name in body && !/externalIds/.test(name));
    const { status } = await admin.patch(path, Object.fromEntries(editable.map((name) => [name, body[name]])), { documented: false });
    assert.ok(status < 500);
    const edit = await latest(record.id);
    let secret = [];
    if (edit !== making) {
      const back = await revert(edit);
      secret = back.notLogged.flatMap((r) => r.fields);
      assert.deepEqual(back.left, []);
      const now = await admin.read(path);
      for (const field of entity.fields.filter((f) => !f.computed && !secret.includes(f.name) && !['version', 'updatedAt', 'updatedBy'].includes(f.name)))
        if (!UNLOGGED.includes(field.name)) assert.deepEqual(now[field.name], was[field.name], field.name);
    }
    const gone = await revert(making);
    if (!entity.allows('delete')) return assert.deepEqual(gone.left.map((l) => l.reason), ['KEPT']);
    // A secret that was edited is not back: the record is not what was made.
    if (secret.length) return assert.deepEqual(gone.left.map((l) => [l.reason, l.changes.map((c) => c.field).sort()]), [['CHANGED_SINCE', secret.sort()]]);
    assert.deepEqual(gone.left, []);
    assert.equal((await admin.get(path)).status, 404);
    const again = await revert(gone.changesetId);
    assert.deepEqual(again.left, []);
    assert.equal((await admin.get(path)).status, 200);
  });
}
