// SPDX-License-Identifier: Apache-2.0
// Imports: a real export's dirt, made here in small, goes in through the API; every wrong file is told what
// is wrong with it, and nothing of it stays.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Client, errorOf } from './harness/client.js';
import { parseRecords } from './harness/csv.js';
import { login, Organisation, PASSWORD, register, unique } from './harness/organisation.js';

const organisation = await Organisation.create();
const { admin } = organisation;

/** Sends a file with its mapping as a form. */
function upload(client, file, map, { expect = 201, into, fileName = 'file.csv' } = {}) {
  const boundary = unique('----');
  const part = (name, extra, content) => [
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"${extra}\r\n\r\n`),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ];
  const body = Buffer.concat([
    ...(into ? part('into', '', into) : []),
    ...part('map', '', typeof map === 'string' ? map : JSON.stringify(map)),
    ...part('file', `; filename="${fileName}"`, file),
    Buffer.from(`--${boundary}--\r\n`),
  ]);
  return client.post('/imports', body, {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    expect,
  });
}

const reportOf = async (...args) => (await upload(...args)).body.data;
const figures = ({ status, rows, created, linked, skipped, refused }) => ({ status, rows, created, linked, skipped, refused });
const contacts = (columns, more = {}) => ({ into: 'contacts', columns, ...more });

const agents = [
  ['Ann Ames', 'Max Moss', 'East'],
  ['Bob van Berg', 'Max Moss', 'East'],
  ['Cat Cole', 'Nia North', 'West'],
];
const stages = ['Won', 'Lost', 'Engaging', 'Prospecting'];

/** Opportunities like a CRM's export: US dates, a product with two names, gaps. */
function opportunities(count) {
  const rows = ['opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value'];
  for (let i = 0; i < count; i++) {
    const stage = stages[i % 4];
    const closed = stage === 'Won' || stage === 'Lost';
    rows.push(
      [
        `OPP${i}`,
        agents[i % 3][0],
        i % 2 ? 'GTXPro' : 'GTX Pro',
        i % 5 === 0 ? '' : `Account ${i % 7}`,
        stage,
        stage === 'Prospecting' ? '' : `${1 + (i % 12)}/${1 + (i % 28)}/2016`,
        closed ? `${1 + (i % 12)}/9/2017` : '',
        stage === 'Won' ? String(100 + i) : stage === 'Lost' ? '0' : '',
      ].join(','),
    );
  }
  return rows.join('\n');
}

const teamMap = {
  into: 'users',
  columns: {
    sales_agent: 'name',
    manager: {
      field: 'teamId',
      link: {
        create: true,
        set: {
          managerId: { column: 'manager', link: { create: true } },
          description: { column: 'regional_office' },
        },
      },
    },
  },
};

const dealMap = {
  into: 'deals',
  dateFormat: 'M/D/YYYY',
  columns: {
    opportunity_id: 'name',
    sales_agent: { field: 'ownerId', link: { by: 'name', create: true } },
    product: { field: 'product', values: { GTXPro: 'GTX Pro' } },
    account: { field: 'companyId', link: { by: 'name', create: true } },
    deal_stage: {
      field: 'stageId',
      link: {
        by: 'name',
        create: true,
        set: { category: 'open', probability: { values: { Engaging: '40', '*': null } } },
      },
    },
    engage_date: 'startedAt',
    close_date: 'closedAt',
    close_value: 'amount',
  },
};

test('S3-IMP people become members without a login, their manager leads the team', async () => {
  const file = ['sales_agent,manager,regional_office', ...agents.map((a) => a.join(','))].join('\r\n');
  const report = await reportOf(admin, file, teamMap);
  assert.deepEqual(figures(report), { status: 'done', rows: 3, created: 3, linked: 3, skipped: 0, refused: 0 });
  const users = await admin.all('/users');
  const bob = users.find((u) => u.lastName === 'Berg');
  assert.equal(bob.firstName, 'Bob van');
  assert.equal(bob.role, 'user');
  assert.equal(bob.active, true);
  const teams = await admin.all('/teams');
  const moss = teams.find((t) => t.name === 'Max Moss');
  assert.equal(bob.teamId, moss.id);
  assert.equal(moss.description, 'East');
  assert.equal(users.find((u) => u.id === moss.managerId).lastName, 'Moss');
  const again = await reportOf(admin, file, teamMap);
  assert.deepEqual([again.created, again.refused], [0, 3]);
  assert.equal(again.problems[0].code, 'DUPLICATE');
});

test('S3-IMP companies with misspelt sectors, millions, countries by name and parents further down', async () => {
  const file = [
    'account,sector,revenue,office_location,subsidiary_of',
    'Account 0,technolgy,1100.04,United States,Account 2',
    'Account 1,mining,0.5,Kenya,',
    '"Account 2",retail,"1,251.41",Philipines,',
    'Account 3,mining,12,Kenya,Nobody Ltd',
  ].join('\n');
  const report = await reportOf(admin, file, {
    into: 'companies',
    columns: {
      account: 'name',
      sector: { field: 'industry', values: { technolgy: 'Technology' }, add: true },
      revenue: { field: 'annualRevenue', times: 1000000 },
      office_location: {
        field: 'billingCountry',
        values: { 'United States': 'US', Kenya: 'KE', Philipines: 'PH' },
      },
      subsidiary_of: { field: 'parentId', link: { by: 'name' } },
    },
    defaults: { status: 'Active' },
  });
  assert.deepEqual(figures(report), { status: 'done', rows: 4, created: 3, linked: 1, skipped: 0, refused: 1 });
  assert.deepEqual(
    report.problems.map((p) => [p.row, p.field, p.code, p.value]),
    [[5, 'parentId', 'UNKNOWN_REFERENCE', 'Nobody Ltd']],
  );
  const byName = Object.fromEntries((await admin.all('/companies')).map((c) => [c.name, c]));
  assert.equal(byName['Account 0'].parentId, byName['Account 2'].id);
  assert.equal(byName['Account 0'].industry, 'Technology');
  assert.equal(byName['Account 0'].annualRevenue, 1100040000);
  assert.equal(byName['Account 2'].annualRevenue, 1251410000);
  assert.equal(byName['Account 2'].billingCountry, 'PH');
  assert.equal(byName['Account 1'].industry, 'mining');
  assert.equal(byName['Account 1'].status, 'Active');
});

test('S3-IMP deals are linked, stages are made, and the overview adds up', async () => {
  const report = await reportOf(admin, opportunities(200), dealMap);
  assert.deepEqual(figures(report), { status: 'done', rows: 200, created: 200, linked: 200, skipped: 0, refused: 0 });
  const links = Object.fromEntries(report.details.links.map((l) => [l.field, [l.found, l.created]]));
  assert.deepEqual(links, { ownerId: [3, 0], companyId: [3, 4], stageId: [2, 2] });
  const overview = await admin.read('/reports/sales-overview');
  assert.equal(overview.deals.total, 200);
  assert.equal(overview.deals.won, 50);
  assert.equal(overview.deals.lost, 50);
  assert.equal(overview.deals.wonAmount, Array.from({ length: 50 }, (_, i) => 100 + 4 * i).reduce((a, b) => a + b));
  assert.equal(overview.byStage.find((s) => s.stage === 'Engaging').count, 50);
  assert.equal(overview.byTeam.reduce((sum, t) => sum + t.won, 0), 50);
  const deals = await admin.all('/deals', { product: 'GTX Pro' });
  assert.equal(deals.length, 200);
  const first = deals.find((d) => d.name === 'OPP4');
  assert.deepEqual([first.status, first.startedAt, first.closedAt, first.amount], ['won', '2016-05-05', '2017-05-09', 104]);
  assert.equal(deals.filter((d) => d.companyId === null).length, 40);
});

test('S3-IMP all rows are one changeset of the log', async () => {
  const report = await reportOf(admin, 'Last\nOne\nTwo', contacts({ Last: 'lastName' }));
  const answer = await admin.get('/audit-logs', { query: { changesetId: report.changesetId, 'entity[ne]': 'import' }, expect: 200 });
  assert.equal(answer.body.data.length, 2);
  assert.ok(answer.body.data.every((c) => c.action === 'create' && c.entity === 'contact'));
  const end = await admin.read('/audit-logs', { changesetId: report.changesetId, entity: 'import' });
  assert.deepEqual(end.map((c) => [c.action, c.recordId, c.diff.rowsCreated]), [['finished', report.id, [null, 2]]]);
});

test('S3-IMP bad rows are told by line and field, good ones go on', async () => {
  const file = Buffer.from(
    [
      'Last;Mail;Phone;Born',
      'Sm\xefth;ANN@example.com;030.123/4 x5;31.12.1990',
      '"O""Neil\nJr.";bad;030 1234;',
      'Too;few',
      'too;many;fields;in;here',
      'Odd;;1;1.13.1990',
      '"stray"quote;;;',
      '',
      ';;;',
      'Last;;;1.1.2000',
    ].join('\n'),
    'latin1',
  );
  const map = contacts({ Last: 'lastName', Mail: 'email', Phone: 'phone', Born: 'birthday' }, { dateFormat: 'D.M.YYYY' });
  const report = await reportOf(admin, file, map);
  assert.deepEqual(figures(report), { status: 'done', rows: 8, created: 2, linked: 0, skipped: 0, refused: 6 });
  assert.deepEqual(
    report.problems.map((p) => `${p.row} ${p.field} ${p.code}`),
    [
      '3 email INVALID_EMAIL',
      '5  TOO_FEW_FIELDS',
      '6  TOO_MANY_FIELDS',
      '7 phone INVALID_PHONE',
      '7 birthday INVALID_DATE',
      '8 column 1 STRAY_QUOTE',
      '10 lastName REQUIRED',
    ],
  );
  assert.deepEqual([report.details.encoding, report.details.delimiter], ['windows-1252', ';']);
  const [smith] = await admin.all('/contacts', { email: 'ann@example.com' });
  assert.deepEqual(
    [smith.lastName, smith.phone, smith.phoneExt, smith.birthday, smith.ownerId],
    ['Smïth', '030 123 4', '5', '1990-12-31', admin.id],
  );
  const csv = await admin.get(`/imports/${report.id}/report.csv`, { expect: 200 });
  assert.equal(parseRecords(csv.text).length, 7);
});

test('S3-IMP what only the database refuses is found row by row', async () => {
  const rows = Array.from({ length: 50 }, (_, i) => `Deal ${i},${i === 20 || i === 33 ? 'SAME' : `N${i}`}`);
  const map = { into: 'deals', columns: { name: 'name', number: 'contractNumber' } };
  const report = await reportOf(admin, ['name,number', ...rows, 'Deal 99,SAME'].join('\n'), map);
  assert.deepEqual([report.rows, report.created, report.refused], [51, 49, 2]);
  assert.deepEqual(report.problems.map((p) => p.row), [35, 52]);
  assert.equal(report.problems[0].field, 'contractNumber');
});

test('S3-IMP UTF-16, tags, custom fields, constants, skipped rows and text/csv', async () => {
  await admin.create('/custom-fields', { entity: 'contact', key: 'shoeSize', label: 'Shoe size', type: 'integer', position: 1 });
  const file = Buffer.from('\ufeffName\tTags\tShoe\tKind\nÅsa Öst\tvip; new\t38\tx\nBad Bo\t\tbig\tx\nNo One\t\t\tskip\n', 'utf16le');
  const map = contacts(
    { Name: 'name', Tags: { field: 'tags', link: { create: true } }, Shoe: 'custom.shoeSize' },
    { skipWhen: { Kind: ['skip'] }, defaults: { department: 'Shoes' } },
  );
  const answer = await admin.post('/imports', file, {
    headers: { 'content-type': 'text/csv' },
    query: { map: JSON.stringify(map) },
    expect: 201,
  });
  const report = answer.body.data;
  assert.deepEqual(figures(report), { status: 'done', rows: 3, created: 1, linked: 0, skipped: 1, refused: 1 });
  assert.equal(report.problems[0].field, 'custom.shoeSize');
  const [asa] = await admin.all('/contacts', { department: 'Shoes' });
  assert.deepEqual([asa.firstName, asa.lastName, asa.custom.shoeSize, asa.tags.length], ['Åsa', 'Öst', 38, 2]);
  const csv = parseRecords((await admin.get('/contacts/export.csv', { query: { department: 'Shoes' }, expect: 200 })).text);
  assert.deepEqual([csv[0].tags.split(';').sort().join(';'), csv[0]['custom.shoeSize'], csv[0].owner], ['new;vip', '38', 'Ada Admin']);
});

test('S3-IMP a name that several have is ambiguous, an id is taken as it is', async () => {
  const one = await admin.create('/companies', { name: 'Twin Ltd' });
  await admin.create('/companies', { name: 'TWIN ltd' });
  const map = contacts({ Last: 'lastName', Firm: 'companyId' });
  const report = await reportOf(admin, `Last,Firm\nA,twin ltd\nB,${one.id}\nC,\n`, map);
  assert.deepEqual([report.created, report.refused], [2, 1]);
  assert.equal(report.problems[0].row, 2);
});

test('S3-IMP a ring of parents leaves the reference out and says so', async () => {
  const map = { into: 'companies', columns: { name: 'name', parent: { field: 'parentId', link: {} } } };
  const report = await reportOf(admin, 'name,parent\nRing A,Ring B\nRing B,Ring A\n', map);
  assert.deepEqual([report.created, report.refused], [2, 0]);
  assert.equal(report.problems.length, 1);
  assert.equal(report.problems[0].refused, false);
});

test('S3-IMP a mapping that cannot work is refused with every reason', async () => {
  const bad = {
    into: 'deals',
    dateFormat: 'yyyy',
    delimiter: 'x',
    columns: { a: 'nothing', b: 'weightedAmount', c: { field: 'stageId', link: { by: 'probability' } }, d: { field: 'name', times: 2 } },
  };
  const error = errorOf(await upload(admin, 'a,b,c,d\n', bad, { expect: 422 }), 422, 'VALIDATION_ERROR');
  assert.deepEqual(
    error.details.map((d) => d.field).sort(),
    ['columns.a', 'columns.b', 'columns.c.link', 'columns.d', 'dateFormat', 'delimiter'],
  );
  errorOf(await upload(admin, 'a\n', { into: 'unicorns', columns: { a: 'name' } }, { expect: 422 }), 422);
  errorOf(await upload(admin, 'a\n', { into: 'stages', columns: { a: 'name' } }, { expect: 422 }), 422);
  errorOf(await upload(admin, 'a\n', '{"into":', { expect: 400 }), 400, 'MALFORMED_JSON');
  const missing = errorOf(await upload(admin, 'a,a\n1,2\n', contacts({ a: 'lastName', b: 'email' }), { expect: 422 }), 422);
  assert.deepEqual(missing.details.map((d) => d.code).sort(), ['DUPLICATE', 'MISSING_COLUMN']);
  errorOf(await upload(admin, '', contacts({ a: 'lastName' }), { expect: 422 }), 422);
  errorOf(await upload(admin, 'x,y\n', contacts({ x: 'lastName' }, { unmapped: 'refuse' }), { expect: 422 }), 422);
  const failed = (await admin.get('/imports', { expect: 200 })).body.data.find((i) => i.status === 'failed');
  assert.ok(failed.error);
});

test('S3-IMP roles: an import does what its caller may do, and strangers do not see it', async () => {
  const user = await organisation.member('user');
  errorOf(await upload(user, 'a\nb\n', contacts({ a: 'lastName' }), { expect: 403 }), 403);
  const manager = await organisation.member('manager');
  const report = await reportOf(manager, 'a\nManaged\n', contacts({ a: 'lastName' }));
  assert.equal(report.created, 1);
  const making = { into: 'deals', columns: { a: 'name', b: { field: 'stageId', link: { create: true } } } };
  errorOf(await upload(manager, 'a,b\nx,New stage\n', making, { expect: 422 }), 422);
  const stranger = (await Organisation.create()).admin;
  errorOf(await stranger.get(`/imports/${report.id}`), 404);
  await admin.get(`/imports/${report.id}`, { expect: 200 });
});

test('S3-IMP more rows than one slice come whole, 100 columns wide', async () => {
  const head = ['name', ...Array.from({ length: 99 }, (_, i) => `x${i}`)].join(',');
  const tail = ',y'.repeat(99);
  const file = [head, ...Array.from({ length: 25000 }, (_, i) => `Bulk ${i}${tail}`)].join('\n');
  const report = await reportOf(admin, file, { into: 'companies', columns: { name: 'name' }, defaults: { industry: 'Other' } });
  assert.deepEqual([report.created, report.refused], [25000, 0]);
  const answer = await admin.get('/companies/export.csv', { query: { industry: 'Other', fields: 'name' }, expect: 200 });
  assert.equal(parseRecords(answer.text).length, 25000);
});

test('S3-IMP an imported person is nobody’s login until an invitation, and keeps the records then', async () => {
  const email = `${unique('ivy')}@example.com`;
  const other = `${unique('old')}@example.com`;
  const known = await register(admin.server, { email: other });
  const report = await reportOf(admin, `who,mail\nIvy Ives,${email}\nOld Hand,${other}\n`, {
    into: 'users',
    columns: { who: 'name', mail: 'email' },
  });
  assert.deepEqual([report.created, report.refused], [2, 0]);
  const users = await admin.all('/users');
  const ivy = users.find((u) => u.email === email);
  const old = users.find((u) => u.email === other);
  assert.equal(ivy.active, true);
  assert.deepEqual([old.id, old.active], [known.id, false]);

  const stranger = await register(admin.server, { email });
  assert.notEqual(stranger.id, ivy.id);
  assert.equal((await stranger.get('/auth/me', { expect: 200 })).body.data.organizations.length, 1);

  const fresh = `${unique('jo')}@example.com`;
  await reportOf(admin, `who,mail\nJo Jones,${fresh}\n`, { into: 'users', columns: { who: 'name', mail: 'email' } });
  const jo = (await admin.all('/users')).find((u) => u.email === fresh);
  const invited = await admin.post('/invitations', { email: fresh, role: 'user' }, { expect: 201 });
  const accepted = await new Client(admin.server).post(
    '/auth/accept-invitation',
    { token: invited.body.data.token, password: PASSWORD },
    { expect: [200, 201] },
  );
  assert.equal(accepted.body.data.user.id, jo.id);
  const signedIn = await login(admin.server, fresh);
  assert.equal(signedIn.id, jo.id);
});

test('S3-IMP ids of other systems come along, and one that is taken is told', async () => {
  const [a, b] = [unique('a'), unique('b')];
  const file = `name,ids\nOne,zoho:${a}; sheet:${b}\nTwo,\nThree,zoho:${a}\n`;
  const report = await reportOf(admin, file, contacts({ name: 'lastName', ids: 'externalIds' }));
  assert.deepEqual([report.created, report.refused], [2, 1]);
  assert.deepEqual((await admin.all('/contacts', { externalIds: `sheet:${b}` })).map((r) => r.lastName), ['One']);
  assert.deepEqual(report.problems.map((p) => `${p.row} ${p.field} ${p.code}`), ['4 externalIds DUPLICATE']);
});

test('S3-IMP custom references are linked by name, made where the mapping says so, and told when they name nothing', async () => {
  const key = unique('ref').slice(0, 12);
  const parent = unique('up').slice(0, 12);
  await admin.create('/custom-fields', { entity: 'contact', key, type: 'reference', label: 'Reseller', referenceEntity: 'company' });
  await admin.create('/custom-fields', { entity: 'contact', key: parent, type: 'reference', label: 'Mentor', referenceEntity: 'contact' });
  const known = await admin.create('/companies', { name: unique('Known ') });
  const made = unique('Made ');
  const file = `name,via,mentor\nOne${key},${known.name},\nTwo${key},${made},One${key}\nThree${key},,\n`;
  const columns = { name: 'lastName', via: { field: `custom.${key}`, link: { create: true } }, mentor: `custom.${parent}` };
  const report = await reportOf(admin, file, contacts(columns));
  assert.deepEqual([report.created, report.refused], [3, 0], JSON.stringify(report.problems));
  const read = async (name) => (await admin.all('/contacts', { lastName: name + key }))[0];
  const [one, two, three] = [await read('One'), await read('Two'), await read('Three')];
  assert.deepEqual(one.custom, { [key]: known.id });
  const [company] = await admin.all('/companies', { name: made });
  assert.deepEqual(two.custom, { [key]: company.id, [parent]: one.id });
  assert.deepEqual(three.custom, {});
  const strict = await reportOf(admin, `name,via\nFour,${unique('Nobody')}\n`, contacts({ name: 'lastName', via: `custom.${key}` }));
  assert.deepEqual(strict.problems.map((p) => `${p.row} ${p.field} ${p.code}`), [`2 custom.${key} UNKNOWN_REFERENCE`]);
});
