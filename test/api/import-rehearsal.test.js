// SPDX-License-Identifier: Apache-2.0
// Whatever is in a file, its rehearsal writes nothing and tells what the commit then does, count by count and reason by
// reason: also what only the database refuses, of rows that are put on trial and of rows that the real table must judge.
// CAIRN_SEED says which files.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Organisation, unique } from './harness/organisation.js';

const SEED = Number(process.env.CAIRN_SEED ?? 1);
const organisation = await Organisation.create();
const { admin } = organisation;
const csv = { 'content-type': 'text/csv' };
const tag = unique('t').slice(0, 9);
const mail = (i) => `p${i}${tag}@example.com`;

/** mulberry32 */
let seed = SEED;
function random() {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}
const n = (most) => Math.floor(random() * most);
const pick = (...list) => list[n(list.length)];
/** One in twelve does not fit. */
const mostly = (good, ...bad) => (n(12) ? pick(...good) : pick(...bad));

/* --- what there is ------------------------------------------------------------------------------------ */

const importer = await admin.create('/roles', {
  name: unique('Own importer '),
  preset: 'user',
  access: Object.fromEntries(['contact', 'company', 'lead', 'deal', 'task'].map((e) => [e, { read: 'all', create: 'own', update: 'own', import: 'own' }])),
});
const member = await organisation.member(importer.key);
for (const name of ['Firm', 'Twin', 'Twin']) await admin.create('/companies', { name: `${name} ${tag}` });
await admin.create('/tags', { name: `hot${tag}` });
await admin.create('/custom-fields', { entity: 'company', key: `code${tag}`, label: 'Code', type: 'text', unique: true });
for (let i = 0; i < 8; i++) await (i % 2 ? admin : member).create('/contacts', { firstName: 'Was', lastName: `There ${i}`, email: mail(i) });
for (let i = 0; i < 3; i++) await admin.create('/leads', { firstName: 'Z', lastName: 'Oho', company: 'Zoho', email: mail(i), source: 'website', zohoLeadId: `z${i}${tag}` });

/* --- files: a column's header, its rule, and its cells, some of which do not fit --------------------------- */

const owner = [{ field: 'ownerId', link: { by: 'email' } }, () => mostly(['', '', member.email, admin.email], 'nobody@example.com')];
const date = () => mostly(['', '2026-02-28'], '2026-02-30', '1.2.2026');
const files = {
  contacts: {
    key: 'email',
    columns: {
      First: ['firstName', () => mostly(['', 'Ann', 'Zoë'], 'x'.repeat(101))],
      Last: ['lastName', () => pick('', 'Ames', 'Bök')],
      Mail: ['email', () => mostly(['', mail(n(40)), mail(n(40)).toUpperCase()], 'no mail')],
      Phone: ['phone', () => mostly(['', '030/123456', '+49 30 1234567 x12'], 'none')],
      Zone: ['timeZone', () => mostly(['', 'Europe/Berlin'], 'Europe/Nowhere', 'posix/Berlin')],
      Born: ['birthday', date],
      Tags: [{ field: 'tags', link: {} }, () => mostly(['', `hot${tag}`], `cold${tag}`)],
      Firm: [{ field: 'companyId', link: { create: true } }, () => mostly(['', `firm ${tag}`, `New ${n(4)} ${tag}`], `Twin ${tag}`)],
      Owner: owner,
    },
  },
  companies: {
    key: 'name',
    columns: {
      Name: ['name', () => mostly([`Firm ${tag}`, `Row ${n(50)} ${tag}`], '', 'x', `Twin ${tag}`)],
      Staff: ['employees', () => mostly(['', '12'], 'many', '99999999')],
      Parent: [{ field: 'parentId', link: {} }, () => pick('', '', `Row ${n(30)} ${tag}`)],
      Owner: owner,
    },
  },
  'companies with a code of their own': {
    into: 'companies',
    columns: { Name: ['name', () => `Coded ${n(99)} ${tag}`], Code: [`custom.code${tag}`, () => pick('', `${n(12)}`)] },
  },
  leads: {
    columns: {
      First: ['firstName', () => pick('Lea', 'Leo')],
      Last: ['lastName', () => mostly(['Lind'], '')],
      Firm: ['company', () => mostly(['Lind & Co'], '')],
      Status: ['status', () => mostly(['', 'New'], 'Converted', 'Nonsense')],
      Owner: owner,
    },
    defaults: { source: 'website', email: `lead${tag}@example.com` },
  },
  'leads with ids of Zoho': {
    into: 'leads',
    columns: {
      Last: ['lastName', () => 'Zed'],
      Firm: ['company', () => 'Zed'],
      Zoho: ['zohoLeadId', () => pick('', `z${n(9)}${tag}`)],
    },
    defaults: { source: 'website', firstName: 'Zoe', email: `zoho${tag}@example.com` },
  },
  deals: {
    columns: {
      Name: ['name', () => mostly(['Deal', 'Another'], '')],
      Amount: ['amount', () => mostly(['', '1,000.50'], '-1', '99999999999999999')],
      Stage: [{ field: 'stageId', link: {} }, () => mostly(['', 'Won', 'Lost'], 'Nowhere')],
      Closed: ['closedAt', date],
      Owner: owner,
    },
  },
  tasks: {
    columns: {
      Title: ['title', () => mostly(['Call', 'Write'], '')],
      Status: ['status', () => mostly(['', 'done', 'open'], 'whatever')],
      Days: ['offsetDays', () => mostly([''], '3')],
      Who: [{ field: 'assigneeId', link: { by: 'email' } }, owner[1]],
    },
  },
};

const quoted = (value) => `"${value.replaceAll('"', '""')}"`;
const made = (columns, rows) => [Object.keys(columns), ...Array.from({ length: rows }, () => Object.values(columns).map(([, cell]) => cell()))].map((r) => r.map(quoted).join(',')).join('\n');
const counts = ({ rows, created, updated, unchanged, linked, skipped, refused, details }) => ({ rows, created, updated, unchanged, linked, skipped, refused, links: details.links });
const reportOf = async (client, id) => (await client.get(`/imports/${id}/report.csv`, { expect: 200 })).text;
const step = async (client, id, name) => (await client.post(`/imports/${id}/${name}`, undefined, { expect: 200 })).body.data;
const logged = async (entity) => (await admin.get('/audit-logs', { query: { entity, limit: 1 }, expect: 200 })).body.data[0]?.id;

for (const [name, { into = name, columns, key, defaults }] of Object.entries(files))
  test(`S3-IMP ${name}: the commit does what the rehearsal said, row by row`, async (t) => {
    const codes = new Set();
    for (let round = 0; round < 4; round++) {
      const client = round % 2 ? member : admin;
      const map = {
        into,
        columns: Object.fromEntries(Object.entries(columns).map(([header, [rule]]) => [header, rule])),
        ...(defaults && { defaults }),
        ...(key && round > 1 && { key, mode: pick('upsert', 'create', 'update'), emptyKey: pick('refuse', 'create'), emptyCells: pick('keep', 'clear') }),
      };
      const kept = (await client.post('/imports', made(columns, 60), { headers: csv, query: { into }, expect: 201 })).body.data;
      const mapped = await client.patch(`/imports/${kept.id}`, { map });
      assert.equal(mapped.status, 200, `${mapped.text} seed ${SEED}`);
      const before = await logged();
      const rehearsed = await step(client, kept.id, 'rehearse');
      assert.equal(await logged(), before, 'nothing is written');
      const report = await reportOf(client, kept.id);
      const done = await step(client, kept.id, 'commit');
      assert.deepEqual(counts(done), counts(rehearsed), `seed ${SEED}`);
      assert.equal(await reportOf(client, kept.id), report, `seed ${SEED}`);
      for (const line of report.split('\n').slice(1)) codes.add(line.split(',')[4]);
    }
    t.diagnostic([...codes].join(' '));
    assert.ok(codes.size > 1, 'some rows do not fit');
  });
