/* SPDX-License-Identifier: Apache-2.0 */
/* The stages of a deal or lead as a path: where it stands, and one click to where it goes. */

import { useQuery } from '@tanstack/react-query';
import { Check } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { patch, post } from '@/api/client';
import { labelQuery } from '@/api/labels';
import { findEntity, may, useMeta } from '@/api/meta';
import { listQuery } from '@/api/records';
import type { EntityMeta, RecordData } from '@/api/types';
import type { Flow } from '@/features/flows/flow';
import { closingStep } from '@/features/flows/sales';
import { cn } from '@/lib/cn';
import { useRecordChange } from '@/records/record/useRecordChange';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const moves: Record<string, (entity: EntityMeta, id: string, stageId: string) => Promise<unknown>> = {
  deal: (entity, id, stageId) => post(`${entity.path}/${id}/move`, { stageId }),
  lead: (entity, id, stageId) => patch(`${entity.path}/${id}`, { stageId }),
};

/** All stages of the pipeline that the record stands in. */
function useStages(record: RecordData) {
  const stage = findEntity(useMeta(), 'stage');
  const id = text(record['stageId']);
  const current = useQuery(labelQuery(id ? stage : undefined, id));
  const pipelineId = text(current.data?.['pipelineId']);
  const search = new URLSearchParams({ pipelineId, sort: 'position', limit: '50' }).toString();
  const all = useQuery(listQuery(pipelineId ? stage : undefined, search));
  return pipelineId ? (all.data?.data ?? []) : [];
}

type Props = { entity: EntityMeta; record: RecordData; onStep: (flow: Flow) => void };

export function StagePath({ entity, record, onStep }: Props) {
  return moves[entity.name] ? <Path entity={entity} record={record} onStep={onStep} /> : null;
}

function Path({ entity, record, onStep }: Props) {
  const { t } = useTranslation();
  const stages = useStages(record);
  const change = useRecordChange();
  const at = stages.findIndex((stage) => stage.id === record['stageId']);
  const here = stages[at];
  if (!here) return null;
  // A lead that became a customer stays one.
  const fixed = !may(entity, 'update') || Boolean(record['deletedAt']) || Boolean(record['convertedAt']);
  const move = moves[entity.name];
  const go = (stage: RecordData) => {
    const closing = closingStep(entity, stage);
    if (closing) onStep(closing);
    else if (move)
      void change.run(() => move(entity, record.id, stage.id), {
        said: t('stages.moved', { stage: text(stage['name']) }),
        undo: () => move(entity, record.id, here.id),
      });
  };
  const open = stages.filter((stage) => stage['category'] === 'open');
  const ends = stages.filter((stage) => stage['category'] !== 'open');
  const shown = here['category'] === 'open' ? [...open, ...ends] : [...open, here];
  return (
    <ol aria-label={t('stages.label')} className="flex flex-wrap gap-1">
      {shown.map((stage) => {
        const current = stage.id === here.id;
        const passed = stages.indexOf(stage) < at && here['category'] !== 'lost';
        return (
          <li key={stage.id} className="min-w-0">
            <button
              type="button"
              disabled={fixed || current || change.busy}
              aria-current={current ? 'step' : undefined}
              onClick={() => go(stage)}
              className={cn(
                'inline-flex h-6 max-w-44 items-center gap-1 rounded-full px-2.5 text-xs transition-colors',
                passed && 'bg-accent-soft text-accent-strong hover:bg-active',
                !passed && !current && 'bg-subtle text-muted enabled:hover:bg-active enabled:hover:text-text',
                current && tones[text(here['category'])],
              )}
            >
              {passed && <Check size={12} className="shrink-0" aria-hidden />}
              <span className="truncate">{text(stage['name'])}</span>
            </button>
          </li>
        );
      })}
    </ol>
  );
}

const tones: Record<string, string> = {
  open: 'bg-accent font-medium text-on-accent',
  won: 'bg-good font-medium text-surface',
  lost: 'bg-danger font-medium text-surface',
};
