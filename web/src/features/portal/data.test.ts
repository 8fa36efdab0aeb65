/* SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import { type Move, openKeys, pathOfLead, reachedAt, type Stage, statusCounts, sumOf } from './data';

const stage = (id: string, category: string, pipelineId = 'p') =>
  ({ id, key: id, name: id.toUpperCase(), category, pipelineId, color: null, position: 1 }) as Stage;
const stages = [
  stage('new', 'open'),
  stage('called', 'open'),
  stage('converted', 'won'),
  stage('unfit', 'lost'),
  stage('other', 'open', 'q'),
];
const ids = (list: { id: string }[]) => list.map(({ id }) => id);

describe('pathOfLead', () => {
  it('leads to the customer while nothing speaks against it', () => {
    expect(ids(pathOfLead(stages, { stageId: 'called' }))).toEqual(['new', 'called', 'converted']);
    expect(ids(pathOfLead(stages, { stageId: 'converted' }))).toEqual(['new', 'called', 'converted']);
  });

  it('ends where the lead was given up', () => {
    expect(ids(pathOfLead(stages, { stageId: 'unfit' }))).toEqual(['new', 'called', 'unfit']);
  });

  it('is of the lead’s own pipeline, and empty for an unknown stage', () => {
    expect(ids(pathOfLead(stages, { stageId: 'other' }))).toEqual(['other']);
    expect(pathOfLead(stages, { stageId: 'gone' })).toEqual([]);
  });
});

it('a stage that was reached twice was reached the last time', () => {
  const moves = [
    { newStageId: 'new', changedAt: '2026-11-03' },
    { newStageId: 'called', changedAt: '2026-11-02' },
    { newStageId: 'new', changedAt: '2026-11-01' },
  ] as Move[];
  expect([...reachedAt(moves)]).toEqual([
    ['new', '2026-11-03'],
    ['called', '2026-11-02'],
  ]);
});

it('statuses are counted in the order of stages, with what has none at the end', () => {
  const counts = statusCounts(stages, { called: 2, converted: 1, gone: 3 });
  expect(counts.map(({ label, count }) => [label, count])).toEqual([
    ['NEW', 0],
    ['CALLED', 2],
    ['CONVERTED', 1],
    ['UNFIT', 0],
    ['OTHER', 0],
    ['gone', 3],
  ]);
  expect(sumOf(counts, openKeys(stages))).toBe(2);
});
