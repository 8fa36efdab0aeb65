// SPDX-License-Identifier: Apache-2.0
// The entity tables against the live catalog: columns, types, keys, indexes, forced row security.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { Organisation } from './harness/organisation.js';
import { queryJson } from './harness/psql.js';
import { sharedDataFolder } from './harness/server.js';

const { meta } = await Organisation.create();
const query = (sql) => queryJson(sharedDataFolder(), sql);

const TABLES = query(`
  select json_object_agg(relname, json_build_object('rls', relrowsecurity, 'forced', relforcerowsecurity,
    'owner', relowner::regrole::text, 'partitioned', relkind = 'p',
    'policies', (select count(*) from pg_policy where polrelid = c.oid),
    'columns', (select json_object_agg(attname, json_build_object('type', format_type(atttypid, atttypmod),
       'notNull', attnotnull, 'default', atthasdef, 'generated', attgenerated <> ''))
       from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped)))
  from pg_class c where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition`);

const KEYS = query(`
  select coalesce(json_agg(json_build_object('table', conrelid::regclass::text, 'name', conname, 'target', confrelid::regclass::text,
    'action', confdeltype, 'columns', (select json_agg(attname order by o) from unnest(conkey) with ordinality u(k, o)
      join pg_attribute on attrelid = conrelid and attnum = k))), '[]')
  from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace
    and not (select relispartition from pg_class where oid = conrelid)`);

const INDEXES = query(`
  select json_agg(json_build_object('table', indrelid::regclass::text, 'name', indexrelid::regclass::text, 'unique', indisunique,
    'primary', indisprimary, 'columns', (select json_agg(coalesce(attname, '') order by o) from unnest(indkey) with ordinality u(k, o)
      left join pg_attribute on attrelid = indrelid and attnum = k and k > 0)))
  from pg_index join pg_class c on c.oid = indrelid where relnamespace = 'public'::regnamespace and not relispartition`);

const FUNCTIONS = query(`
  select json_agg(json_build_object('name', proname, 'of', proargtypes[0]::regtype::text, 'type', prorettype::regtype::text,
    'stable', provolatile in ('i', 's'), 'granted', has_function_privilege('cairn_app', oid, 'execute')))
  from pg_proc where pronamespace = 'public'::regnamespace and pronargs = 1 and not proretset`);

const TYPES = {
  text: /^text$/, longText: /^text$/, email: /^text$/, phone: /^text$/, url: /^text$/, currency: /^text$/, country: /^text$/,
  timeZone: /^text$/, enum: /^text$/, picklist: /^text$/, integer: /^(integer|bigint|smallint)$/, decimal: /^numeric/,
  percent: /^numeric|^integer|^smallint/, money: /^numeric\(14,2\)$/, boolean: /^boolean$/, date: /^date$/,
  datetime: /^timestamp(\(3\))? with time zone$/, reference: /^uuid$/, uuid: /^uuid$/, multiReference: /^uuid\[\]$/,
  multiPicklist: /^text\[\]$/, json: /^jsonb$/, externalIds: /^jsonb$/, diff: /^jsonb$/,
};

// What an entity shows of a table that nobody may read.
const VIEWS = query(`
  select json_object_agg(relname, json_build_object('columns', (select json_object_agg(attname,
    json_build_object('type', format_type(atttypid, atttypmod), 'notNull', false))
    from pg_attribute where attrelid = c.oid and attnum > 0)))
  from pg_class c where relnamespace = 'public'::regnamespace and relkind = 'v'`);

const columnOf = (name) => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
const tableOf = (entity) => ({ user: 'memberships', session: 'login_sessions' })[entity.name] ?? entity.plural.replaceAll('-', '_');
const builtIn = (entity) => entity.fields.filter((field) => !field.custom && !/Count$/.test(field.name));
const columns = (entity) => builtIn(entity).filter((field) => !field.computed);
const computed = (entity) => builtIn(entity).filter((field) => field.computed);
// What a function returns has no precision.
const returned = (type) => new RegExp(TYPES[type].source.replace(/\\\(.*?\\\)/g, ''));

for (const entity of meta.entities) {
  test(`S1-DB-05 S2-DB-01 the table of ${entity.name} has the column and type of every field`, () => {
    const table = TABLES[tableOf(entity)] ?? VIEWS[tableOf(entity)];
    assert.ok(table, tableOf(entity));
    const wrong = [];
    for (const field of columns(entity)) {
      const column = table.columns[columnOf(field.name)];
      if (!column) wrong.push(`${field.name}: no column`);
      else if (!TYPES[field.type]?.test(column.type)) wrong.push(`${field.name}: ${field.type} is ${column.type}`);
      else if (field.required && !column.notNull) wrong.push(`${field.name}: required, but nullable`);
    }
    assert.deepEqual(wrong, []);
  });

  test(`S1-DB-02 S2-DB-02 every reference of ${entity.name} is a composite foreign key with an index`, () => {
    const table = tableOf(entity);
    const wrong = [];
    for (const field of columns(entity).filter((f) => f.type === 'reference')) {
      if (['change', 'lead_status_history', 'session'].includes(entity.name)) continue;
      const key = KEYS.find((k) => k.table === table && k.columns.length === 2 && k.columns[1] === columnOf(field.name));
      const computed = ['createdBy', 'updatedBy'].includes(field.name);
      if (!key && !computed) wrong.push(`${field.name}: no composite foreign key`);
      const indexed = INDEXES.some((i) => i.table === table && i.columns[0] === 'org_id' && i.columns[1] === columnOf(field.name));
      if (!indexed && !computed && key?.target !== 'memberships') wrong.push(`${field.name}: no index`);
    }
    assert.deepEqual(wrong, []);
  });
}

for (const entity of meta.entities.filter((e) => computed(e).length)) {
  test(`S5-API-30 what is computed of ${entity.name} is a stable function of the row that answers its type`, () => {
    const wrong = [];
    for (const field of computed(entity)) {
      const name = `${entity.name}_${columnOf(field.name)}`;
      const found = FUNCTIONS.find((f) => f.name === name && f.of === tableOf(entity));
      if (!found) wrong.push(`${field.name}: no function ${name}(${tableOf(entity)})`);
      else if (!returned(field.type).test(found.type)) wrong.push(`${field.name}: ${field.type} is ${found.type}`);
      else if (!found.stable || !found.granted) wrong.push(`${field.name}: volatile, or not to be called`);
      if (TABLES[tableOf(entity)].columns[columnOf(field.name)]) wrong.push(`${field.name}: is a column as well`);
      if (!field.readOnly) wrong.push(`${field.name}: may be written`);
    }
    assert.deepEqual(wrong, []);
  });
}

test('S4-SEC-01 S5-SEC-02 every table with an organisation has forced row security and policies', () => {
  const wrong = Object.entries(TABLES).filter(([, t]) => t.columns.org_id && !(t.rls && t.forced && t.policies > 0)).map(([name]) => name);
  assert.deepEqual(wrong, []);
});

test('S1-DB-02 foreign keys between tenant tables carry the organisation and never cascade', () => {
  const wrong = KEYS.filter((key) => TABLES[key.table]?.columns.org_id && TABLES[key.target]?.columns.org_id && key.target !== 'organizations')
    .filter((key) => key.columns[0] !== 'org_id' || key.action !== 'a').map((key) => key.name);
  assert.deepEqual(wrong, []);
});

test('S5-SEC-01 keys of tenant tables begin with the organisation', () => {
  const wrong = INDEXES.filter((index) => index.unique && TABLES[index.table]?.columns.org_id && index.table !== 'organizations')
    .filter((index) => index.columns[0] !== 'org_id' && index.columns[0] !== 'id').map((index) => index.name);
  const primary = INDEXES.filter((index) => index.primary && TABLES[index.table]?.columns.org_id && index.table !== 'organizations')
        // Sessions belong to a login, which may have several organisations.
    .filter((index) => index.columns[0] !== 'org_id' && index.table !== 'sessions').map((index) => index.name);
  assert.deepEqual(primary, []);
  assert.deepEqual(wrong.filter((name) => !/token|hash/.test(name)), []);
});

test('S3-SEC-08 the serving role owns nothing, is no superuser and cannot pass row security by', () => {
  const [role] = query(`select json_agg(r) from (select rolsuper, rolbypassrls, rolcreatedb, rolcreaterole from pg_roles where rolname = 'cairn_app') r`);
  assert.deepEqual(role, { rolsuper: false, rolbypassrls: false, rolcreatedb: false, rolcreaterole: false });
  assert.ok(Object.values(TABLES).every((table) => table.owner !== 'cairn_app'));
});

test('S3-SEC-08 credentials and sessions have no grants to the serving role', () => {
  const granted = query(`select coalesce(json_agg(distinct table_name || '.' || privilege_type), '[]') from information_schema.role_table_grants
    where grantee in ('cairn_app', 'PUBLIC') and table_schema = 'public' and table_name in ('users', 'credentials', 'sessions', 'refresh_tokens')`);
  assert.deepEqual(granted, []);
});

test('S3-SEC-08 definer functions pin their search path and are not open to everybody', () => {
  const open = query(`select coalesce(json_agg(p.oid::regprocedure::text), '[]') from pg_proc p where pronamespace = 'public'::regnamespace and prosecdef
    -- The log's triggers name the schema of everything instead, which spares each write a SET.
    and proname !~ '_log_(insert|update|delete)$' and (proconfig is null or not exists (select from unnest(proconfig) c where c like 'search_path=%'))`);
  assert.deepEqual(open, []);
  const everybody = query(`select coalesce(json_agg(p.oid::regprocedure::text), '[]') from pg_proc p where pronamespace = 'public'::regnamespace and prosecdef
    and prorettype <> 'trigger'::regtype and has_function_privilege('public', p.oid, 'execute')`);
  assert.deepEqual(everybody, []);
});

test('S2-DB-04 S3-DB-05 every migration of the folder was applied once, in the order of its number', () => {
  const folder = path.resolve(import.meta.dirname, '../../migrations');
  const files = fs.readdirSync(folder).filter((name) => name.endsWith('.sql')).sort();
  const applied = query('select json_agg(json_build_object(\'version\', version, \'name\', name) order by applied_at, version) from schema_migrations');
  assert.deepEqual(applied.map((row) => row.version), files.map((name) => Number(name.slice(0, 4))));
  assert.ok(applied.every((row, i) => files[i].includes(row.name.replace(/\.sql$/, ''))));
});
