// SPDX-License-Identifier: Apache-2.0
// Whatever a number of requests did, taking them back in reverse order gives the state before; and nothing that
// others do meanwhile leaves half of a change.
// CAIRN_SEED says which run.
import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Organisation, unique } from './harness/organisation.js';
import { randomOf, SEED } from './harness/random.js';

console.log(`# CAIRN_SEED=${SEED}`);

const quiet = { documented: false };
const revert = async (client, id) => {
  const answer = await client.post(`/changesets/${id}/revert`, undefined, quiet);
  assert.equal(answer.status, 200, `${answer.text.slice(0, 500)}, seed ${SEED}`);
  return answer.body.data;
};

/* --- the property ------------------------------------------------------------------------------------- */

const ENTITIES = ['companies', 'contacts', 'deals', 'tasks', 'products', 'events', 'activities'];
// Book-keeping of the server, which the log does not hold.
const UNLOGGED = ['version', 'updatedAt', 'updatedBy', 'lastActivityAt', 'nextActivityAt', 'stageChangedAt'];

async function state(admin) {
  const all = {};
  for (const entity of ENTITIES) {
    const include = entity === 'deals' ? { include: 'lines,participants' } : {};
    for (const row of await admin.all(`/${entity}`, include)) {
      const kept = Object.fromEntries(Object.entries(row).filter(([name]) => !UNLOGGED.includes(name)));
      kept.lines &&= kept.lines.map(({ id, name, quantity, unitPrice, discountPercent, amount }) => ({ id, name, quantity, unitPrice, discountPercent, amount }));
      kept.participants &&= kept.participants.map(({ id, contactId, role }) => ({ id, contactId, role }));
      all[`${entity}/${row.id}`] = kept;
    }
  }
  return all;
}

/** `contacts/<id>.<field>: before -> now` */
function differences(before, now) {
  const told = [];
  for (const key of new Set([...Object.keys(before), ...Object.keys(now)])) {
    if (!before[key] || !now[key]) told.push(`${key}: ${before[key] ? 'gone' : 'there'}`);
    else
      for (const field of Object.keys(before[key])) {
        const [a, b] = [before[key][field], now[key][field]].map((v) => JSON.stringify(v));
        if (a !== b) told.push(`${key}.${field}: ${a} -> ${b}`);
      }
  }
  return told;
}

/** Requests at random; each answers its changeset, or nothing when it was refused or changed nothing. */
class Requests {
  constructor(admin, random) {
    Object.assign(this, { admin, random });
    this.ids = Object.fromEntries(ENTITIES.map((e) => [e, []]));
    this.log = [];
  }

  n(most) {
    return Math.floor(this.random() * most);
  }

  pick(list) {
    return list[this.n(list.length)];
  }

  some(entity, most = 6) {
    return [...new Set(Array.from({ length: 1 + this.n(most) }, () => this.pick(this.ids[entity])))].filter(Boolean);
  }

  maybe(entity) {
    return this.random() < 0.5 ? null : this.pick(this.ids[entity]) ?? null;
  }

  line(old = []) {
    const from = this.pick(old);
    return { ...(from && this.random() < 0.5 && { id: from.id }), name: unique('line'), quantity: 1 + this.n(5), unitPrice: this.n(1000) / 4 };
  }

  async lines(id) {
    const old = id ? (await this.admin.get(`/deals/${id}`, quiet)).body.data?.lines ?? [] : [];
    const lines = Array.from({ length: this.n(4) }, () => this.line(old));
    return lines.filter((l, i) => !l.id || lines.findIndex((m) => m.id === l.id) === i);
  }

  body(entity) {
    const bodies = {
      companies: () => ({ name: unique('Co '), employees: this.n(500), parentId: null }),
      contacts: () => ({ lastName: unique('P'), companyId: this.maybe('companies'), jobTitle: this.pick(['a', 'b', null]), doNotCall: this.random() < 0.5 }),
      deals: () => ({ name: unique('d'), companyId: this.maybe('companies'), probability: this.n(100) }),
      tasks: () => ({ title: unique('t'), companyId: this.maybe('companies'), contactId: this.maybe('contacts') }),
      products: () => ({ name: unique('p'), price: this.n(100), sku: unique('S') }),
      events: () => ({ name: unique('e'), companyId: this.maybe('companies'), guestsExpected: this.n(90), startAt: '2031-05-01T10:00:00Z', endAt: '2031-05-01T18:00:00Z' }),
      activities: () => ({ type: 'call', subject: unique('c'), contactId: this.maybe('contacts') }),
    };
    return bodies[entity]();
  }

  requests = {
    create: async (e) => {
      const body = this.body(e);
      if (e === 'deals' && this.random() < 0.5) body.lines = await this.lines();
      const answer = await this.admin.post(`/${e}`, body, quiet);
      if (answer.status === 201) this.ids[e].push(answer.body.data.id);
      return answer;
    },
    edit: async (e) => this.admin.patch(`/${e}/${this.pick(this.ids[e])}`, this.body(e), quiet),
    lines: async () => {
      const id = this.pick(this.ids.deals);
      return this.admin.patch(`/deals/${id}`, { lines: await this.lines(id), participants: this.some('contacts', 2).map((contactId) => ({ contactId })) }, quiet);
    },
    remove: async (e) => this.admin.delete(`/${e}/${this.pick(this.ids[e])}`, { ...quiet, query: ['companies'].includes(e) && this.random() < 0.5 ? { cascade: true } : {} }),
    restore: async (e) => this.admin.post(`/${e}/${this.pick(this.ids[e])}/restore`, undefined, quiet),
    editMany: async (e) => {
      const { sku, name, lastName, title, subject, ...changes } = this.body(e);
      return Object.keys(changes).length ? this.admin.patch(`/${e}`, { ids: this.some(e), changes }, quiet) : { status: 0 };
    },
    removeMany: async (e) => this.admin.send('DELETE', `/${e}`, { ...quiet, body: { ids: this.some(e, 3) } }),
    bulk: async (e) => {
      const rows = [...this.some(e, 3).map((id) => ({ id, ...this.body(e) }))];
      const answer = await this.admin.post(`/${e}/bulk`, this.random() < 0.5 ? { key: 'id', rows, partial: true } : { rows: [this.body(e), this.body(e)] }, quiet);
      for (const r of answer.body?.data?.results ?? []) if (r.status === 'created') this.ids[e].push(r.id);
      return answer;
    },
    revert: async () => (this.log.length ? this.admin.post(`/changesets/${this.pick(this.log)}/revert`, undefined, quiet) : { status: 0 }),
  };

  async one() {
    const entity = this.pick(ENTITIES);
    const kind = this.ids[entity].length < 2 ? 'create' : this.pick(Object.keys(this.requests));
    const requestId = unique('req');
    const { headers } = this.admin;
    this.admin.headers = (extra) => headers.call(this.admin, { ...extra, 'x-request-id': requestId });
    try {
      const answer = await this.requests[kind](entity);
      assert.ok(answer.status < 500, `${kind} ${entity}: ${answer.text}`);
    } finally {
      this.admin.headers = headers;
    }
    const rows = (await this.admin.get('/audit-logs', { ...quiet, query: { requestId, limit: 1 } })).body.data;
    if (rows.length) this.log.push(rows[0].changesetId);
    return rows.length > 0;
  }
}

test('taking back the last requests in reverse order gives exactly the state before them', async () => {
  const { admin } = await Organisation.create();
  const requests = new Requests(admin, randomOf(SEED));
  while (requests.log.length < 30 || Object.values(requests.ids).some((ids) => !ids.length)) await requests.one();
  for (let round = 0; round < 4; round++) {
    const before = await state(admin);
    const kept = requests.log.length;
    const many = 5 + requests.n(15);
    while (requests.log.length < kept + many) await requests.one();
    for (const id of requests.log.splice(kept).reverse()) {
      const { left } = await revert(admin, id);
      assert.deepEqual(left, [], `round ${round}, seed ${SEED}`);
    }
    assert.deepEqual(differences(before, await state(admin)), [], `round ${round}, seed ${SEED}`);
  }
});

/* --- with others -------------------------------------------------------------------------------------- */

test('a revert and a bulk edit while others edit: each record is as one of them left it', async () => {
  const { admin } = await Organisation.create();
  const rows = Array.from({ length: 200 }, (_, i) => ({ lastName: `P${i}`, jobTitle: 'before' }));
  const ids = (await admin.post('/contacts/bulk', { rows }, { expect: 200 })).body.data.results.map((r) => r.id);
  const { changesetId } = (await admin.patch('/contacts', { ids, changes: { jobTitle: 'bulk' } }, { expect: 200 })).body.data;
  const theirs = new Map();
  let running = true;
  const writer = async (n) => {
    for (let i = n; running; i = (i + 7) % ids.length) {
      const answer = await admin.patch(`/contacts/${ids[i]}`, { jobTitle: `mine ${n}` }, quiet);
      if (answer.status === 200) theirs.set(ids[i], `mine ${n}`);
    }
  };
  const writers = [1, 2, 3].map(writer);
  await sleep(100);
  const data = await revert(admin, changesetId);
  running = false;
  await Promise.all(writers);
  const left = new Set(data.left.map((l) => l.id));
  const now = new Map((await admin.all('/contacts')).map((r) => [r.id, r.jobTitle]));
  assert.equal(data.reverted.reduce((sum, r) => sum + r.records, 0) + left.size, ids.length);
  for (const id of ids) {
    if (theirs.has(id)) assert.match(now.get(id), /^mine/);
    else assert.equal(now.get(id), left.has(id) ? 'bulk' : 'before');
  }
  for (const { id, reason } of data.left) assert.deepEqual([reason, theirs.has(id)], ['CHANGED_SINCE', true]);
});
