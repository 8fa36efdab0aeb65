// SPDX-License-Identifier: Apache-2.0
// What must hold in a database whatever happened to it, and states of an organisation to be held against each
// other. All of it is read past the server, in PostgreSQL.
import { queryJson } from './psql.js';

const BACK_LIMIT_MS = 60_000;

// Of no record's own: who wrote it last and how often.
const BOOK_KEEPING = "'{version,updated_at,updated_by}'::text[]";

const list = (sql) => `select coalesce(json_agg(x), '[]') from (${sql}) as x`;

/** Also while PostgreSQL comes back from a kill: nothing that was committed is changed by that. */
function ask(folder, sql) {
  for (const end = Date.now() + BACK_LIMIT_MS; ; ) {
    try {
      return queryJson(folder, sql);
    } catch (error) {
      const away = /connection|server closed|starting up|recovery|shutting down|postgres\.socket/i.test(`${error.stderr} ${error.message}`);
      if (!away || Date.now() > end) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    }
  }
}

/** The tables that the log follows, each with the entity's name there. */
function loggedTables(folder) {
  return ask(folder, list(`
    select c.relname as "table", substring(p.prosrc from 'org_id, ''(\\w+)''') as entity,
      exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'deleted_at') as trash
    from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
    where t.tgname = 'zz_log_insert' order by 1`));
}

const rowsOf = (tables, org) => tables.map(({ table, entity, trash }) =>
  `select '${entity}' as entity, id, ${trash ? 'deleted_at is null' : 'true'} as live, to_jsonb(t) as now
   from ${table} t where org_id = '${org}'`).join(' union all ');

/**
 * The log against the tables: each record was made once, has as many versions as changes, is in the trash when
 * its last move says so, and each field holds what was written to it last.
 */
const logFaults = (tables, org) => list(`
  with said as materialized (
    select entity, record_id, id, action, diff from changes
    where org_id = '${org}' and entity in (${tables.map((t) => `'${t.entity}'`)})),
  told as (
    select entity, record_id, count(*) filter (where action = 'create') as made,
      (array_agg(action order by id desc) filter (where action in ('create', 'delete', 'restore')))[1] as moved
    from said group by 1, 2),
  fields as (
    select distinct on (entity, record_id, key) entity, record_id, key, value -> 1 as written
    from said cross join lateral jsonb_each(diff)
    where diff is not null and jsonb_typeof(value) = 'array' and action not in ('create', 'finished')
    order by entity, record_id, key, id desc),
  stored as materialized (${rowsOf(tables, org)}),
  faults as (
    select entity, coalesce(r.id, t.record_id) as id, case
      when r.id is null then 'is in the log and nowhere else'
      when t.record_id is null then 'is not in the log'
      when t.made <> 1 then 'was made ' || t.made || ' times'
      when r.live <> (t.moved <> 'delete') then 'is ' || case when r.live then 'live' else 'in the trash' end
        || ' after ' || t.moved end as fault
    from stored r full join told t using (entity) where r.id is not distinct from t.record_id
    union all
    select f.entity, f.record_id, f.key || ' is ' || (r.now -> f.key) || ', not ' || f.written
    from fields f join stored r on r.entity = f.entity and r.id = f.record_id
    where r.now ? f.key and f.written is distinct from r.now -> f.key and f.written <> '"***"')
  select entity, id, fault from faults where fault is not null limit 20`);

/** Every foreign key that there is, although the database holds them. */
function orphans(folder) {
  const keys = ask(folder, list(`
    select conrelid::regclass::text as child, confrelid::regclass::text as parent,
      (select json_agg(attname order by n) from unnest(conkey) with ordinality as k (k, n)
        join pg_attribute on attrelid = conrelid and attnum = k) as has,
      (select json_agg(attname order by n) from unnest(confkey) with ordinality as k (k, n)
        join pg_attribute on attrelid = confrelid and attnum = k) as of
    from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace and conparentid = 0`));
  const one = ({ child, parent, has, of }) => `select '${child}' as child, '${parent}' as parent, count(*) from ${child} c
    where ${has.map((column) => `c.${column} is not null`).join(' and ')}
    and not exists (select from ${parent} p where ${has.map((column, i) => `p.${of[i]} = c.${column}`).join(' and ')})
    having count(*) > 0`;
  return ask(folder, list(keys.map(one).join(' union all ')));
}

/** What the sums of an organisation say against what its rows are. */
export const wrongSums = (folder, org) => ask(folder, list(`
  select 'invoice' as of, i.id, i.paid_total as says, coalesce(sum(a.amount), 0) as is from invoices i
    left join payment_allocations a on a.invoice_id = i.id and a.deleted_at is null where i.org_id = '${org}'
    group by i.id, i.paid_total, i.org_id having i.paid_total <> coalesce(sum(a.amount), 0)
  union all select 'over', i.id, i.paid_total + i.credited_total, i.total from invoices i
    where i.org_id = '${org}' and i.issued_at is not null and i.paid_total + i.credited_total > i.total
  union all select 'payment', p.id, p.allocated_total, coalesce(sum(a.amount), 0) from payments p
    left join payment_allocations a on a.payment_id = p.id and a.deleted_at is null where p.org_id = '${org}'
    group by p.id, p.allocated_total having p.allocated_total <> coalesce(sum(a.amount), 0)
  union all select 'refunded', p.id, p.refunded_total, coalesce(sum(r.amount), 0) from payments p
    left join payments r on r.refund_of_id = p.id and r.status = 'completed' where p.org_id = '${org}'
    group by p.id, p.refunded_total having p.refunded_total <> coalesce(sum(r.amount), 0)
  union all select 'spent', p.id, p.allocated_total + p.refunded_total, p.amount from payments p
    where p.org_id = '${org}' and p.allocated_total + p.refunded_total > p.amount`));

/** A database with its organisations, looked into. */
export class Invariants {
  /** @param {string} folder the server's data @param {string[]} organisations */
  constructor(folder, organisations) {
    Object.assign(this, { folder, organisations });
    this.tables = loggedTables(folder);
  }

  /** Everything that is wrong, in words. */
  faults() {
    return this.organisations.flatMap((org) => [...ask(this.folder, logFaults(this.tables, org)), ...wrongSums(this.folder, org)]);
  }

  /** Rows whose references name nothing. */
  orphans() {
    return orphans(this.folder);
  }

  /** Of every record of an organisation whether it is live, and a hash of what it is. */
  state(org) {
    return ask(this.folder, `
      with stored as (${rowsOf(this.tables, org)})
      select coalesce(json_object_agg(entity || ' ' || id, json_build_array(live, md5((now - ${BOOK_KEEPING})::text))), '{}') from stored`);
  }

  /** What of `before` is not as it was, and what is there besides; what went to the trash since is not there. */
  differences(before, org) {
    const now = this.state(org);
    return [
      ...Object.keys(before).filter((key) => String(before[key]) !== String(now[key])).map((key) => `${key}: ${now[key] ? 'is another' : 'is gone'}`),
      ...Object.keys(now).filter((key) => !before[key] && now[key][0]).map((key) => `${key}: is new`),
    ];
  }

  /** Of each changeset that somebody wrote and `known` does not hold: how often what was done to which entities. */
  changesets(org, actor, known = new Set()) {
    const rows = ask(this.folder, list(`
      select changeset_id as id, entity, action, count(*)::int as n from changes
      where org_id = '${org}' and actor_id = '${actor}' and changeset_id is not null group by 1, 2, 3 order by 1, 2, 3`));
    const told = new Map();
    for (const { id, entity, action, n } of rows.filter((row) => !known.has(row.id))) {
      if (!told.has(id)) told.set(id, {});
      told.get(id)[`${entity} ${action}`] = n;
    }
    return told;
  }
}
