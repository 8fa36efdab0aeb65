// SPDX-License-Identifier: Apache-2.0
// What is measured with: brought in by the product's own import.
const CONTACTS = 100_000;
const DEALS = 1_000;

const lines = (count, line) => Array.from({ length: count }, (_, i) => line(i)).join('\n');

async function bring(admin, into, columns, text) {
  const { body } = await admin.post('/imports', text, {
    query: { map: JSON.stringify({ into, columns }) }, headers: { 'content-type': 'text/csv' }, documented: false, expect: 201,
  });
  let run = body.data;
  while (!['done', 'failed'].includes(run.status)) {
    await new Promise((later) => setTimeout(later, 200));
    run = await admin.read(`/imports/${run.id}`);
  }
  if (run.status !== 'done' || run.refused > 0) throw new Error(`import of ${into}: ${JSON.stringify(run)}`);
}

export async function fill(admin) {
  const people = lines(CONTACTS, (i) => `First${i},Last${String(i).padStart(6, '0')},person${i}@example.com`);
  await bring(admin, 'contacts', { First: 'firstName', Last: 'lastName', Mail: 'email' }, `First,Last,Mail\n${people}\n`);
  await bring(admin, 'deals', { Name: 'name', Amount: 'amount' }, `Name,Amount\n${lines(DEALS, (i) => `Deal ${i},${1000 + i}`)}\n`);
  const [deal] = await admin.read('/deals?limit=1');
  await spread(admin);
  return { contacts: CONTACTS, deals: DEALS, deal };
}

/** Over the open stages, as a pipeline in use is. */
async function spread(admin) {
  const [pipeline] = await admin.all('/pipelines', { entity: 'deal', isDefault: 'true' });
  const stages = (await admin.all('/stages', { pipelineId: pipeline.id })).filter(({ category }) => category === 'open');
  const deals = await admin.all('/deals', { sort: 'name' });
  for (const [at, stage] of stages.entries()) {
    const ids = deals.filter((_, i) => i % stages.length === at).map(({ id }) => id);
    await admin.patch('/deals', { ids, changes: { stageId: stage.id } }, { expect: 200 });
  }
}
