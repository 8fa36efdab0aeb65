// SPDX-License-Identifier: Apache-2.0
// A field that metadata does not name to a role is not there for it: not read, asked by, written or told.
import assert from 'node:assert/strict';
import test from 'node:test';
import { failingFields } from './harness/client.js';
import { Organisation } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin, meta, maker } = organisation;
const partner = await maker.create('partner', { status: 'approved' });
const callers = {
  user: await organisation.member('user'),
  partner_admin: await organisation.member('partner_admin', { partnerId: partner.id }),
};

/** A record that the caller may read, with every field. */
async function recordFor(role, caller, entity) {
  if (role === 'partner_admin' && entity.name === 'partner') return admin.read(entity.at(partner.id));
  if (role === 'partner_admin') return maker.create(entity.name, { partnerId: partner.id }, { full: true });
  return maker.create(entity.name, entity.owner ? { [entity.owner.name]: caller.id } : {}, { full: true });
}

let found = 0;
for (const [role, caller] of Object.entries(callers)) {
  for (const seen of caller.meta.entities.filter((e) => meta.has(e.name))) {
    const entity = meta.entity(seen.name);
    for (const field of entity.fields.filter((f) => !f.custom && !seen.field(f.name))) {
      found++;
      test(`S5-SEC-08 ${role}: ${entity.name}.${field.name} is not there`, async () => {
        const { id } = await recordFor(role, caller, entity);
        const record = (await admin.patch(entity.at(id), { [field.name]: await maker.value(field) }, { expect: 200 })).body.data;
        assert.notEqual(record[field.name], null, 'the record has it');
        const read = await caller.read(entity.at(record.id));
        assert.ok(!(field.name in read));
        for (const row of await caller.all(entity.path)) assert.ok(!(field.name in row));
        for (const query of [`fields=${field.name}`, `sort=${field.name}`, `${field.name}[null]=false`]) {
          const answer = await caller.get(entity.path, { query });
          assert.equal(answer.status, 400, query);
        }
        const csv = await caller.get(`${entity.path}/export.csv`);
        if (csv.status === 200) {
          assert.ok(!csv.text.split('\r\n')[0].split(',').includes(field.name));
          // A short number may stand in any column.
          if (String(record[field.name]).length > 4) assert.ok(!csv.text.includes(String(record[field.name])));
        }
        const timeline = await caller.get(entity.at(record.id, '/timeline'));
        for (const change of timeline.body.data ?? []) {
          assert.ok([undefined, '***,***'].includes(change.diff?.[field.name]?.join()), 'timeline');
        }
        if (!seen.allows('update')) return;
        const value = await maker.value(field);
        assert.deepEqual(failingFields(await caller.patch(entity.at(record.id), { [field.name]: value })), [field.name]);
        const known = seen.editable.filter((f) => f.type !== 'json' && f.references !== 'user');
        await caller.put(entity.at(record.id), Object.fromEntries(known.map((f) => [f.name, read[f.name]])), { expect: 200 });
        assert.equal((await admin.read(entity.at(record.id)))[field.name], record[field.name], 'a replacement leaves it alone');
      });
    }
  }
}

test('S5-SEC-08 some fields are hidden from somebody', () => assert.ok(found > 0));
