// SPDX-License-Identifier: Apache-2.0
// What contradicts itself is refused, and the answer names the field and the rule. Nothing of it is stored.
import assert from 'node:assert/strict';
import test from 'node:test';
import { errorOf, failingFields } from './harness/client.js';
import { hintsFor } from './harness/hints.js';
import { Organisation, unique } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin, maker, meta } = organisation;
const foreign = await Organisation.create();
const at = (name, record) => meta.entity(name).at(record.id);

/** The answer refuses this field with this code, says why in a sentence, and nothing else is wrong. */
function refuses(answer, field, code) {
  assert.deepEqual(failingFields(answer), [field], answer.text);
  const [detail] = answer.body.error.details;
  if (code) assert.equal(detail.code, code, answer.text);
  assert.match(detail.message, /^[A-Z"].*\.$/s);
}

test('S2-ENT-13 S2-ENT-02 trees have no rings, however long', async () => {
  for (const name of ['company', 'product_category']) {
    const chain = [];
    for (let i = 0; i < 4; i++) chain.push(await admin.create(meta.entity(name).path, { name: unique('node'), ...(i ? { parentId: chain[i - 1].id } : {}) }));
    for (const below of chain) refuses(await admin.patch(at(name, chain[0]), { parentId: below.id }), 'parentId');
    assert.equal((await admin.read(at(name, chain[0]))).parentId, null);
  }
});

test('S2-ENT-02 two who move parts of a tree at once make no ring', async () => {
  for (let round = 0; round < 4; round++) {
    const [a, b] = [await admin.create('/companies', { name: 'Half A' }), await admin.create('/companies', { name: 'Half B' })];
    const answers = await Promise.all([admin.patch(`/companies/${a.id}`, { parentId: b.id }), admin.patch(`/companies/${b.id}`, { parentId: a.id })]);
    assert.deepEqual(answers.map((x) => x.status).sort(), [200, 422]);
  }
});

/** Every reference that some entity takes, with a record of another organisation. */
for (const entity of meta.allowing('create', 'update')) {
  const { omit } = hintsFor(entity.name);
  const references = entity.editable.filter((f) => ['reference', 'multiReference'].includes(f.type) && !f.custom && !omit.includes(f.name)
    && (f.references === 'user' || meta.entity(f.references).allows('create')));
  if (references.length === 0) continue;
  test(`S5-SEC-01 no reference of ${entity.name} leads into another organisation`, async () => {
    const record = await maker.create(entity.name);
    for (const field of references) {
      const other = field.references === 'user' ? foreign.admin.id : (await foreign.maker.create(field.references)).id;
      const value = field.type === 'reference' ? other : [other];
      refuses(await admin.patch(entity.at(record.id), { [field.name]: value }), field.name, 'UNKNOWN_REFERENCE');
    }
    assert.equal((await admin.read(entity.at(record.id))).version, record.version);
  });
}

test('S2-REL-02 work is given to members of the organisation only', async () => {
  for (const id of [foreign.admin.id, (await maker.create('company')).id]) {
    refuses(await admin.post('/deals', { name: 'x', ownerId: id }), 'ownerId', 'UNKNOWN_REFERENCE');
    refuses(await admin.post('/tasks', { title: 'x', assigneeId: id }), 'assigneeId', 'UNKNOWN_REFERENCE');
  }
});

test('S2-REL-04 S2-REL-14 a part belongs to the whole that is named with it', async () => {
  const [one, two] = [await maker.create('company'), await maker.create('company')];
  const contact = await admin.create('/contacts', { lastName: 'x', companyId: two.id });
  refuses(await admin.patch(at('company', one), { primaryContactId: contact.id }), 'primaryContactId');
  const [first, second] = [await maker.create('project'), await maker.create('project')];
  const milestone = await admin.create('/milestones', { name: 'x', projectId: second.id });
  refuses(await admin.post('/tasks', { title: 'x', projectId: first.id, milestoneId: milestone.id }), 'milestoneId');
  const [party, gala] = [await maker.create('event'), await maker.create('event')];
  const booking = await admin.create('/event-vendors', { eventId: gala.id, vendorId: (await maker.create('vendor')).id });
  refuses(await admin.post('/schedule-items', { title: 'x', eventId: party.id, startAt: '2031-01-01T10:00:00Z', eventVendorId: booking.id }), 'eventVendorId');
  refuses(await admin.post('/budget-lines', { name: 'x', category: 'Venue', eventId: party.id, eventVendorId: booking.id }), 'eventVendorId');
});

test('S5-ENT-05 S2-ENT-03 a stage is one of the right pipeline', async () => {
  const stages = await admin.all('/stages');
  const pipelines = await admin.all('/pipelines');
  const of = (entity) => stages.find((s) => pipelines.find((p) => p.id === s.pipelineId).entity === entity && s.category === 'open');
  const [deal, lead] = [await maker.create('deal'), await maker.create('lead')];
  refuses(await admin.patch(at('deal', deal), { stageId: of('lead').id }), 'stageId');
  refuses(await admin.patch(at('lead', lead), { stageId: of('deal').id }), 'stageId');
  refuses(await admin.patch(at('lead', lead), { status: 'no_such_stage' }), 'status');
  refuses(await admin.patch(`/stages/${of('deal').id}`, { pipelineId: of('lead').pipelineId }), 'pipelineId', 'IMMUTABLE');
});

test('S2-ENT-03 a converted lead stays so, and converts to the same again', async () => {
  const lead = await maker.create('lead');
  refuses(await admin.patch(at('lead', lead), { status: 'converted' }), 'status');
  const first = await admin.post(`/leads/${lead.id}/convert`, { deal: {} }, { expect: 200 });
  const again = await admin.post(`/leads/${lead.id}/convert`, { deal: {} }, { expect: 200 });
  assert.deepEqual(again.body.data, first.body.data);
  refuses(await admin.patch(at('lead', lead), { status: 'new' }), 'status');
});

test('S1-ENT-03 S2-ENT-09 what ends does so after it began', async () => {
  const cases = [
    ['/events', { name: 'x', startAt: '2031-01-02T10:00:00Z', endAt: '2031-01-01T10:00:00Z' }, 'endAt'],
    ['/events', { name: 'x', startAt: '2031-01-02T10:00:00Z' }, 'endAt'],
    ['/projects', { name: 'x', startDate: '2031-01-02', dueDate: '2031-01-01' }, 'dueDate'],
    ['/deals', { name: 'x', contractStartDate: '2031-01-02', contractEndDate: '2031-01-01' }, 'contractEndDate'],
    ['/deals', { name: 'x', contractStatus: 'signed' }, 'contractSignedAt'],
  ];
  for (const [path, body, field] of cases) refuses(await admin.post(path, body), field);
  const companyId = (await maker.create('company')).id;
  refuses(await admin.post('/activities', { type: 'call', subject: 'x', companyId, startAt: '2031-01-02T10:00:00Z', endAt: '2031-01-01T10:00:00Z' }), 'endAt');
  refuses(await admin.post('/activities', { type: 'call', subject: 'x' }), 'companyId');
});

test('S2-ENT-12 amounts are not negative, shares not more than a whole', async () => {
  const cases = [
    ['/deals', { name: 'x', amount: -0.01 }, 'amount'],
    ['/deals', { name: 'x', probability: 101 }, 'probability'],
    ['/products', { name: 'x', price: -1 }, 'price'],
    ['/tax-rates', { name: unique('t'), rate: 100.5 }, 'rate'],
    ['/tax-rates', { name: unique('t'), rate: -1 }, 'rate'],
    ['/exchange-rates', { currency: 'USD', date: '2031-01-01', rate: 0 }, 'rate'],
    ['/vendors', { name: 'x', bufferMinutes: -1 }, 'bufferMinutes'],
    ['/companies', { name: 'Acme', employees: -1 }, 'employees'],
    ['/leads', { firstName: 'a', lastName: 'b', email: 'a@example.com', company: 'c', source: 'website', score: 101 }, 'score'],
  ];
  for (const [path, body, field] of cases) refuses(await admin.post(path, body), field);
});

test('S1-DB-04 what is unique says of which record', async () => {
  const cases = [
    ['/products', { name: 'x', price: 1, sku: unique('sku') }, 'sku'],
    ['/projects', { name: 'x', code: unique('P') }, 'code'],
    ['/tags', { name: unique('tag') }, 'name'],
    ['/deals', { name: 'x', contractNumber: unique('C') }, 'contractNumber'],
  ];
  for (const [path, body, field] of cases) {
    await admin.create(path, body);
    const error = errorOf(await admin.post(path, body), 409, 'CONFLICT');
    assert.deepEqual(error.details.map((d) => [d.field, d.code]), [[field, 'DUPLICATE']]);
  }
});

test('S1-ENT-05 a time that the clocks leave out is no time of a day there', async () => {
  const event = await admin.create('/events', { name: 'x', timeZone: 'Europe/Prague', startAt: '2031-03-29T09:00:00Z', endAt: '2031-03-29T10:00:00Z' });
  const task = await admin.create('/tasks', { title: 'x', eventId: event.id, offsetDays: 1 });
  // On 30 March the clocks go on: ten o'clock there is 08:00Z from then on.
  assert.equal(task.dueAt, '2031-03-30T08:00:00.000Z');
  assert.deepEqual(failingFields(await admin.patch(at('event', event), { startAt: '2031-03-30 02:30' })), ['startAt']);
});
