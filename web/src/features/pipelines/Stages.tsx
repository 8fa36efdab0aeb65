/* SPDX-License-Identifier: Apache-2.0 */
/* The stages of a pipeline, in their order. */

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Ellipsis, Pencil, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { findEntity, useMeta } from '@/api/meta';
import { createRecord, updateRecord } from '@/api/records';
import type { EntityMeta } from '@/api/types';
import { useLocale } from '@/app/locale';
import { refreshSetup, useOrder } from '@/features/setup/data';
import { FieldsDialog, pick, type Values } from '@/features/setup/FieldsDialog';
import { Waiting } from '@/features/setup/Waiting';
import { formatNumber, formatPercent } from '@/lib/format';
import { Tag } from '@/ui/bits';
import { Button } from '@/ui/button';
import { Menu, MenuItem } from '@/ui/overlay';
import { moved, Sortable } from '@/ui/Sortable';
import { DeleteStage } from './DeleteStage';
import { fixedProbability, type Pipeline, type Stage, stagesKey, stagesQuery, standingQuery } from './data';

/** Per cent are asked for where they are not certain. */
function StageForm(props: {
  entity: EntityMeta;
  pipeline: Pipeline;
  stage: Stage | null;
  last: number;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const { entity, pipeline, stage, last, onClose } = props;
  const client = useQueryClient();
  const isLead = pipeline.entity === 'lead';
  const help = t(isLead ? 'pipelines.categoryOfLead' : 'pipelines.categoryOfDeal');
  const fields = pick(entity, ['name', { name: 'category', help }, 'probability', 'color', 'rotDays']);
  const save = async (values: Values) => {
    const category = values['category'] as Stage['category'];
    const sent = category === 'open' ? values : { ...values, probability: fixedProbability[category] };
    if (stage) await updateRecord(entity, stage.id, sent, `"v${stage['version']}"`);
    else await createRecord(entity, { ...sent, pipelineId: pipeline.id, position: last + 10 });
    await refreshSetup(client);
  };
  const initial = stage ?? { category: 'open', probability: 0, rotDays: 0, color: 'blue' };
  return (
    <FieldsDialog
      title={stage ? t('pipelines.editStage') : t('pipelines.newStage')}
      fields={fields}
      record={initial}
      action={stage ? t('action.save') : t('pipelines.addStage')}
      onSave={save}
      onClose={onClose}
    />
  );
}

function StageRow(props: {
  stage: Stage;
  count: number | undefined;
  onEdit: () => void;
  onDelete: () => void;
}) {
  const { stage, count, onEdit, onDelete } = props;
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <>
      <button
        type="button"
        onClick={onEdit}
        className="flex min-w-0 flex-1 items-center gap-2 rounded-md py-1 text-left hover:text-accent"
      >
        <Tag tone={stage.color} dot>
          {stage.name}
        </Tag>
        {stage.category !== 'open' && (
          <span className="text-faint text-xs">{t(`pipelines.${stage.category}`)}</span>
        )}
      </button>
      {stage.rotDays > 0 && (
        <span className="shrink-0 text-faint text-xs max-md:hidden">
          {t('pipelines.rots', { count: stage.rotDays })}
        </span>
      )}
      <span className="w-24 shrink-0 text-right text-faint text-xs tabular-nums max-sm:hidden">
        {count !== undefined && t('pipelines.standing', { count, number: formatNumber(count, locale) })}
      </span>
      <span className="w-12 shrink-0 text-right text-muted tabular-nums">
        {formatPercent(stage.probability, locale)}
      </span>
      <Menu
        align="end"
        trigger={
          <Button look="ghost" size="iconSm" aria-label={t('setup.more', { name: stage.name })}>
            <Ellipsis size={16} aria-hidden />
          </Button>
        }
      >
        <MenuItem onClick={onEdit}>
          <Pencil size={14} aria-hidden className="text-muted" />
          {t('action.edit')}
        </MenuItem>
        <MenuItem danger onClick={onDelete}>
          <Trash2 size={14} aria-hidden />
          {t('action.delete')}
        </MenuItem>
      </Menu>
    </>
  );
}

export function Stages({ pipeline }: { pipeline: Pipeline }) {
  const { t } = useTranslation();
  const meta = useMeta();
  const entity = findEntity(meta, 'stage') as EntityMeta;
  const [editing, setEditing] = useState<Stage | 'new' | null>(null);
  const [deleting, setDeleting] = useState<Stage | null>(null);
  const { data: stages } = useQuery(stagesQuery(pipeline.id));
  const { data: standing } = useQuery(standingQuery(findEntity(meta, pipeline.entity), pipeline.id));
  const order = useOrder<Stage>(entity, stagesKey(pipeline.id));
  if (!stages) return <Waiting />;
  const countOf = (stage: Stage) => (standing ? (standing.get(stage.id) ?? 0) : undefined);
  return (
    <div className="max-w-3xl p-2">
      <Sortable
        label={t('pipelines.stages')}
        items={stages.map((stage) => ({ ...stage, label: stage.name }))}
        onMove={(from, to) => void order(moved(stages, from, to))}
      >
        {(stage) => (
          <StageRow
            stage={stage}
            count={countOf(stage)}
            onEdit={() => setEditing(stage)}
            onDelete={() => setDeleting(stage)}
          />
        )}
      </Sortable>
      <Button look="ghost" size="sm" className="mt-2" onClick={() => setEditing('new')}>
        <Plus size={14} aria-hidden />
        {t('pipelines.addStage')}
      </Button>
      {editing && (
        <StageForm
          entity={entity}
          pipeline={pipeline}
          stage={editing === 'new' ? null : editing}
          last={Math.max(0, ...stages.map((stage) => stage.position))}
          onClose={() => setEditing(null)}
        />
      )}
      {deleting && (
        <DeleteStage
          stage={deleting}
          count={countOf(deleting) ?? 0}
          others={stages.filter((stage) => stage.id !== deleting.id)}
          onClose={() => setDeleting(null)}
        />
      )}
    </div>
  );
}
