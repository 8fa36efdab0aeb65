/* SPDX-License-Identifier: Apache-2.0 */
/* The sales overview of the development API. Development only. */
import { tables } from './seed.mjs';

const sum = (rows) => Math.round(rows.reduce((total, row) => total + row.amount, 0) * 100) / 100;
const nameOf = (user) => (user ? `${user.firstName} ${user.lastName}` : null);

function grouped(rows, key) {
  const groups = new Map();
  for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), row]);
  return [...groups];
}

export function overview(params) {
  const from = params.get('from') ?? '';
  const to = params.get('to') ?? '9999';
  const owner = params.get('ownerId');
  const within = (deal) => deal.status === 'open' || (deal.closedAt >= from && deal.closedAt <= to);
  const deals = tables.deal.filter((d) => !d.deletedAt && within(d) && (!owner || d.ownerId === owner));
  const by = (status) => deals.filter((d) => d.status === status);
  const [won, lost, open] = [by('won'), by('lost'), by('open')];
  const user = (id) => tables.user.find((u) => u.id === id);
  return {
    currency: 'USD',
    deals: { total: deals.length, open: open.length, won: won.length, lost: lost.length, wonAmount: sum(won), openAmount: sum(open), weightedAmount: open.reduce((t, d) => t + d.weightedAmount, 0), winRate: won.length / Math.max(won.length + lost.length, 1) },
    byStage: tables.stage.filter((s) => s.position < 10).map((s) => {
      const rows = deals.filter((d) => d.stageId === s.id);
      return { stageId: s.id, stage: s.name, category: s.category, position: s.position, count: rows.length, amount: sum(rows) };
    }),
    wonByMonth: grouped(won, (d) => d.closedAt.slice(0, 7)).sort().map(([month, rows]) => ({ month, count: rows.length, amount: sum(rows) })),
    byOwner: grouped(deals, (d) => d.ownerId).map(([ownerId, rows]) => ({ ownerId, owner: nameOf(user(ownerId)), won: rows.filter((d) => d.status === 'won').length, wonAmount: sum(rows.filter((d) => d.status === 'won')), lost: rows.filter((d) => d.status === 'lost').length, open: rows.filter((d) => d.status === 'open').length })),
    byTeam: grouped(won, (d) => user(d.ownerId)?.teamId).map(([teamId, rows]) => {
      const team = tables.team.find((t) => t.id === teamId);
      return { teamId, team: team?.name, managerId: team?.managerId, manager: nameOf(user(team?.managerId)), won: rows.length, wonAmount: sum(rows) };
    }),
  };
}
