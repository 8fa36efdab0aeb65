/* SPDX-License-Identifier: Apache-2.0 */
/* Pipelines with their stages, as the administrator sets them up. */
import { queryOptions } from '@tanstack/react-query';
import { getPage, write } from '@/api/client';
import type { EntityMeta, RecordData } from '@/api/types';
import { countsBy } from '@/features/setup/data';

export type Pipeline = RecordData & {
  name: string;
  entity: 'deal' | 'lead';
  isDefault: boolean;
  archived: boolean;
};
export type Stage = RecordData & {
  name: string;
  category: 'open' | 'won' | 'lost';
  probability: number;
  position: number;
  color: string | null;
  rotDays: number;
};

export const pipelinesQuery = queryOptions({
  queryKey: ['list', 'pipeline', 'setup'],
  queryFn: async ({ signal }) =>
    (await getPage<Pipeline>('/api/v1/pipelines?limit=200&sort=entity,position,name', signal)).data,
});

export const stagesKey = (pipeline: string) => ['list', 'stage', 'setup', pipeline] as const;

export const stagesQuery = (pipeline: string) =>
  queryOptions({
    queryKey: stagesKey(pipeline),
    queryFn: async ({ signal }) =>
      (
        await getPage<Stage>(
          `/api/v1/stages?pipelineId=${pipeline}&limit=200&sort=position,createdAt`,
          signal,
        )
      ).data,
  });

/** How many records stand in each stage. */
export const standingQuery = (entity: EntityMeta | undefined, pipeline: string) =>
  queryOptions({
    queryKey: ['list', entity?.name ?? '', 'standing', pipeline],
    queryFn: () => (entity ? countsBy(entity, 'stageId') : new Map<string, number>()),
    enabled: entity !== undefined,
  });

export const deleteStage = (id: string, moveTo: string) =>
  write('DELETE', `/api/v1/stages/${id}${moveTo ? `?moveTo=${moveTo}` : ''}`);

/** A won stage is certain, a lost one is not to be had. */
export const fixedProbability = { won: 100, lost: 0 } as const;
