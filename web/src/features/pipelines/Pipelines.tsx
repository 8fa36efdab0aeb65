/* SPDX-License-Identifier: Apache-2.0 */
/* Pipelines of deals and leads: which there are, and through which stages they go. */

import { useQuery } from '@tanstack/react-query';
import { Archive, ArchiveRestore, Ellipsis, Funnel, Pencil, Plus, Star, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { write } from '@/api/client';
import { findEntity, may, useMeta } from '@/api/meta';
import { createRecord, updateRecord } from '@/api/records';
import type { EntityMeta } from '@/api/types';
import { ErrorNotice } from '@/app/ErrorBoundary';
import { NotFound } from '@/app/NotFound';
import { PageHead } from '@/app/PageHead';
import { useGone, useWrite } from '@/features/setup/data';
import { FieldsDialog, pick } from '@/features/setup/FieldsDialog';
import { ask } from '@/ui/ask';
import { Tag } from '@/ui/bits';
import { Button } from '@/ui/button';
import { Menu, MenuItem } from '@/ui/overlay';
import { SideNav } from '@/ui/SideNav';
import { type Pipeline, pipelinesQuery } from './data';
import { Stages } from './Stages';

function PipelineHead({ pipeline, entity }: { pipeline: Pipeline; entity: EntityMeta }) {
  const { t } = useTranslation();
  const run = useWrite();
  const gone = useGone();
  const [renaming, setRenaming] = useState(false);
  const put = (values: Record<string, string | boolean>) =>
    run(() => updateRecord(entity, pipeline.id, values, null));
  const discard = async () => {
    const { name } = pipeline;
    const yes = await ask({
      title: t('pipelines.delete', { name }),
      text: t('pipelines.deleteText'),
      yes: t('action.delete'),
      danger: true,
    });
    if (!yes) return;
    await run(async () => {
      const { changesetId } = await write('DELETE', `${entity.path}/${pipeline.id}`);
      gone(t('pipelines.gone', { name }), changesetId);
    });
  };
  return (
    <div className="flex items-center gap-2 border-line border-b px-4 py-3">
      <div className="min-w-0 flex-1">
        <div className="flex items-center gap-2">
          <h2 className="truncate font-semibold">{pipeline.name}</h2>
          {pipeline.isDefault && <Tag tone="teal">{t('pipelines.default')}</Tag>}
          {pipeline.archived && <Tag>{t('setup.archived')}</Tag>}
        </div>
        <p className="text-muted text-xs">{t('pipelines.text')}</p>
      </div>
      <Menu
        align="end"
        trigger={
          <Button look="ghost" size="iconSm" aria-label={t('setup.more', { name: pipeline.name })}>
            <Ellipsis size={16} aria-hidden />
          </Button>
        }
      >
        <MenuItem onClick={() => setRenaming(true)}>
          <Pencil size={14} aria-hidden className="text-muted" />
          {t('pipelines.rename')}
        </MenuItem>
        {!pipeline.isDefault && !pipeline.archived && (
          <MenuItem onClick={() => void put({ isDefault: true })}>
            <Star size={14} aria-hidden className="text-muted" />
            {t('pipelines.makeDefault')}
          </MenuItem>
        )}
        {!pipeline.isDefault && (
          <MenuItem onClick={() => void put({ archived: !pipeline.archived })}>
            {pipeline.archived ? (
              <ArchiveRestore size={14} aria-hidden className="text-muted" />
            ) : (
              <Archive size={14} aria-hidden className="text-muted" />
            )}
            {pipeline.archived ? t('setup.unarchive') : t('setup.archive')}
          </MenuItem>
        )}
        {!pipeline.isDefault && (
          <MenuItem danger onClick={() => void discard()}>
            <Trash2 size={14} aria-hidden />
            {t('action.delete')}
          </MenuItem>
        )}
      </Menu>
      {renaming && (
        <FieldsDialog
          title={t('pipelines.rename')}
          fields={pick(entity, ['name'])}
          record={pipeline}
          action={t('action.save')}
          onSave={(values) => updateRecord(entity, pipeline.id, values, null).then(() => run(async () => {}))}
          onClose={() => setRenaming(false)}
        />
      )}
    </div>
  );
}

export function Pipelines() {
  const { t } = useTranslation();
  const meta = useMeta();
  const navigate = useNavigate();
  const run = useWrite();
  const [params] = useSearchParams();
  const [making, setMaking] = useState(false);
  const { data: pipelines, error, refetch } = useQuery(pipelinesQuery);
  const entity = findEntity(meta, 'pipeline');
  if (!entity || !may(entity, 'update')) return <NotFound />;
  const at =
    pipelines?.find((p) => p.id === params.get('pipeline')) ??
    pipelines?.find((p) => p.isDefault && p.entity === 'deal') ??
    pipelines?.[0];
  const sections = (['deal', 'lead'] as const).map((of) => ({
    label: findEntity(meta, of)?.labelPlural ?? of,
    items: (pipelines ?? [])
      .filter((p) => p.entity === of)
      .map((p) => ({ to: `/pipelines?pipeline=${p.id}`, label: p.name, current: p.id === at?.id })),
  }));
  return (
    <>
      <PageHead
        name={t('nav.pipelines')}
        icon={<Funnel size={16} strokeWidth={1.75} aria-hidden />}
        title={<h1 className="font-semibold text-base">{t('nav.pipelines')}</h1>}
      >
        <Button look="primary" size="sm" onClick={() => setMaking(true)}>
          <Plus size={14} aria-hidden />
          {t('pipelines.new')}
        </Button>
      </PageHead>
      {error ? (
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      ) : (
        <div className="flex min-h-0 flex-1 flex-col md:flex-row">
          <SideNav label={t('nav.pipelines')} sections={sections} />
          {at && (
            <section key={at.id} aria-label={at.name} className="flex min-h-0 min-w-0 flex-1 flex-col">
              <PipelineHead pipeline={at} entity={entity} />
              <div className="min-h-0 flex-1 overflow-auto pb-8">
                <Stages pipeline={at} />
              </div>
            </section>
          )}
        </div>
      )}
      {making && (
        <FieldsDialog
          title={t('pipelines.new')}
          fields={pick(entity, ['name', { name: 'entity', required: true }])}
          record={{ entity: 'deal' }}
          action={t('pipelines.create')}
          onSave={async (values) => {
            const made = await createRecord(entity, values);
            await run(async () => {});
            void navigate(`/pipelines?pipeline=${made.id}`, { replace: true });
          }}
          onClose={() => setMaking(false)}
        />
      )}
    </>
  );
}
