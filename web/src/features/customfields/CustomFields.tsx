/* SPDX-License-Identifier: Apache-2.0 */
/* Fields that an organisation adds to what it keeps of companies, deals and the rest. */

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Archive, ArchiveRestore, Ellipsis, Pencil, Plus, TextCursorInput, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { findEntity, findField, may, useMeta } from '@/api/meta';
import { updateRecord } from '@/api/records';
import type { EntityMeta } from '@/api/types';
import { ErrorNotice } from '@/app/ErrorBoundary';
import { NotFound } from '@/app/NotFound';
import { PageHead } from '@/app/PageHead';
import { refreshSetup, useGone, useOrder, useWrite } from '@/features/setup/data';
import { Waiting } from '@/features/setup/Waiting';
import { ask } from '@/ui/ask';
import { EmptyState, Tag } from '@/ui/bits';
import { Button } from '@/ui/button';
import { Menu, MenuItem } from '@/ui/overlay';
import { SideNav } from '@/ui/SideNav';
import { moved, Sortable } from '@/ui/Sortable';
import { countOf, deleteField, fieldsKey, fieldsQuery, takersOf } from './data';
import { FieldSheet } from './FieldSheet';
import type { CustomField } from './types';

function FieldRow(props: { entity: EntityMeta; field: CustomField; onEdit: () => void }) {
  const { entity, field, onEdit } = props;
  const { t } = useTranslation();
  const client = useQueryClient();
  const run = useWrite();
  const gone = useGone();
  const typeName = findField(entity, 'type')?.options?.find((o) => o.key === field.type)?.label;
  const discard = async () => {
    const name = field.label;
    const yes = await ask({
      title: t('customFields.delete', { name }),
      text: t('customFields.deleteText'),
      yes: t('customFields.deleteDo'),
      danger: true,
    });
    if (!yes) return;
    await run(async () => {
      const { changesetId } = await deleteField(field);
      gone(t('customFields.gone', { name }), changesetId);
      await refreshSetup(client);
    });
  };
  return (
    <>
      <button
        type="button"
        onClick={onEdit}
        className="flex min-w-0 flex-1 flex-wrap items-center gap-x-2 rounded-md py-1 text-left hover:text-accent"
      >
        <span className={field.archived ? 'truncate text-faint' : 'truncate font-medium'}>{field.label}</span>
        {field.required && <Tag>{t('customFields.required')}</Tag>}
        {field.unique && <Tag>{t('customFields.unique')}</Tag>}
        {field.archived && <Tag>{t('setup.archived')}</Tag>}
        {field.helpText && (
          <span className="truncate text-faint text-xs max-sm:hidden">{field.helpText}</span>
        )}
      </button>
      <span className="w-28 shrink-0 truncate text-right text-muted text-xs">{typeName}</span>
      <Menu
        align="end"
        trigger={
          <Button look="ghost" size="iconSm" aria-label={t('setup.more', { name: field.label })}>
            <Ellipsis size={16} aria-hidden />
          </Button>
        }
      >
        <MenuItem onClick={onEdit}>
          <Pencil size={14} aria-hidden className="text-muted" />
          {t('action.edit')}
        </MenuItem>
        <MenuItem
          onClick={() => void run(() => updateRecord(entity, field.id, { archived: !field.archived }, null))}
        >
          {field.archived ? (
            <ArchiveRestore size={14} aria-hidden className="text-muted" />
          ) : (
            <Archive size={14} aria-hidden className="text-muted" />
          )}
          {field.archived ? t('setup.unarchive') : t('setup.archive')}
        </MenuItem>
        <MenuItem danger onClick={() => void discard()}>
          <Trash2 size={14} aria-hidden />
          {t('action.delete')}
        </MenuItem>
      </Menu>
    </>
  );
}

function Fields({
  entity,
  of,
  onNew,
  editing,
  onEdit,
}: {
  entity: EntityMeta;
  of: EntityMeta;
  editing: CustomField | 'new' | null;
  onNew: () => void;
  onEdit: (field: CustomField | 'new' | null) => void;
}) {
  const { t } = useTranslation();
  const { data: fields, error, refetch } = useQuery(fieldsQuery(of.name));
  const order = useOrder<CustomField>(entity, fieldsKey(of.name));
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (!fields) return <Waiting />;
  return (
    <div className="max-w-3xl p-2">
      {fields.length === 0 && (
        <EmptyState
          icon={<TextCursorInput size={20} aria-hidden />}
          title={t('customFields.empty')}
          text={t('customFields.emptyText', { entities: of.labelPlural.toLowerCase() })}
        >
          <Button look="primary" onClick={onNew}>
            <Plus size={14} aria-hidden />
            {t('customFields.new')}
          </Button>
        </EmptyState>
      )}
      <Sortable
        label={of.labelPlural}
        items={fields}
        onMove={(from, to) => void order(moved(fields, from, to))}
      >
        {(field) => <FieldRow entity={entity} field={field} onEdit={() => onEdit(field)} />}
      </Sortable>
      {editing && (
        <FieldSheet
          entity={entity}
          of={of}
          field={editing === 'new' ? null : editing}
          last={Math.max(0, ...fields.map((field) => field.position))}
          onClose={() => onEdit(null)}
        />
      )}
    </div>
  );
}

export function CustomFields() {
  const { t } = useTranslation();
  const meta = useMeta();
  const [params] = useSearchParams();
  const [editing, setEditing] = useState<CustomField | 'new' | null>(null);
  const entity = findEntity(meta, 'custom_field');
  if (!entity || !may(entity, 'create')) return <NotFound />;
  const takers = takersOf(meta, entity);
  const of =
    takers.find((e) => e.name === params.get('entity')) ??
    takers.find((e) => e.name === 'company') ??
    takers[0];
  const items = takers.map((one) => ({
    to: `/custom-fields?entity=${one.name}`,
    label: one.labelPlural,
    current: one === of,
    ...(countOf(one) ? { count: countOf(one) } : {}),
  }));
  const onNew = () => setEditing('new');
  return (
    <>
      <PageHead
        name={t('nav.customFields')}
        icon={<TextCursorInput size={16} strokeWidth={1.75} aria-hidden />}
        title={<h1 className="font-semibold text-base">{t('nav.customFields')}</h1>}
      >
        <Button look="primary" size="sm" onClick={onNew}>
          <Plus size={14} aria-hidden />
          {t('customFields.new')}
        </Button>
      </PageHead>
      <div className="flex min-h-0 flex-1 flex-col md:flex-row">
        <SideNav label={t('nav.customFields')} sections={[{ items }]} />
        {of && (
          <section key={of.name} aria-label={of.labelPlural} className="flex min-h-0 min-w-0 flex-1 flex-col">
            <div className="border-line border-b px-4 py-3">
              <h2 className="truncate font-semibold">{of.labelPlural}</h2>
              <p className="text-muted text-xs">{t('customFields.text')}</p>
            </div>
            <div className="min-h-0 flex-1 overflow-auto pb-8">
              <Fields entity={entity} of={of} onNew={onNew} editing={editing} onEdit={setEditing} />
            </div>
          </section>
        )}
      </div>
    </>
  );
}
