/* SPDX-License-Identifier: Apache-2.0 */
/* What can be done with the records that are chosen; it floats above the list while any are. */

import { useQueryClient } from '@tanstack/react-query';
import { Pencil, Tags, Trash2, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Bulk, deleteMany, MOST_AT_ONCE, type Which } from '@/api/bulk';
import { ApiError } from '@/api/client';
import { may } from '@/api/meta';
import type { EntityMeta, Pagination } from '@/api/types';
import { useLocale } from '@/app/locale';
import { t as translate } from '@/i18n';
import { formatNumber } from '@/lib/format';
import { Button } from '@/ui/button';
import { ConfirmDialog } from '@/ui/confirm';
import { toast } from '@/ui/toast';
import { refreshRecords, tellError, useUndo } from '../undo';
import { BulkEdit } from './BulkEdit';
import { BulkTags } from './BulkTags';
import type { Selection } from './useSelection';

/** A filter must say something; without one all are meant. */
const everything = 'createdAt[gte]=0001-01-01';

export function whichOf(selection: Selection, query: string, total: number): Which {
  return selection.all ? { filter: query || everything, expectedCount: total } : { ids: [...selection.ids] };
}

const reasons = (bulk: Bulk): string => {
  const words = bulk.refused.map((one) => one.details?.[0]?.message ?? one.message);
  const different = [...new Set(words)];
  return different.slice(0, 3).join('\n') + (different.length > 3 ? '\n…' : '');
};

/** Runs a change of many, and tells what came of it. */
export function useBulk(entity: EntityMeta, selection: Selection) {
  const client = useQueryClient();
  const undo = useUndo();
  const [busy, setBusy] = useState(false);
  const run = async (change: () => Promise<Bulk>, done: 'changed' | 'deleted'): Promise<boolean> => {
    setBusy(true);
    try {
      const bulk = await change();
      const words = {
        count: bulk.changed,
        entities: entity.labelPlural.toLowerCase(),
        entity: entity.label.toLowerCase(),
      };
      const skipped = bulk.refusedCount ? translate('bulk.refused', { count: bulk.refusedCount }) : '';
      const why = bulk.refusedCount ? `${skipped}\n${reasons(bulk)}` : '';
      if (bulk.changed) undo.offer(translate(`bulk.${done}`, words), bulk.changesetId, why || undefined);
      else if (bulk.refusedCount) toast.bad(skipped, { description: reasons(bulk) });
      else toast.good(translate('bulk.nothing'));
      if (bulk.refusedCount) selection.set(bulk.refused.map((one) => one.id));
      else selection.clear();
      return true;
    } catch (error) {
      if (
        error instanceof ApiError &&
        error.status === 409 &&
        error.details.some((d) => d.field === 'expectedCount')
      )
        toast.bad(translate('bulk.differs'), { description: error.message });
      else tellError(error, translate('bulk.failed'));
      return false;
    } finally {
      setBusy(false);
      void refreshRecords(client);
    }
  };
  return { busy, run };
}

export function BulkBar(props: {
  entity: EntityMeta;
  selection: Selection;
  /** The filters of the list, as a query. */
  query: string;
  pagination: Pagination | undefined;
}) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { entity, selection, query, pagination } = props;
  const [open, setOpen] = useState<'edit' | 'tags' | 'delete' | null>(null);
  const { busy, run } = useBulk(entity, selection);
  const total = pagination?.total ?? 0;
  const count = selection.all ? total : selection.ids.size;
  if (count === 0 && !open) return null;
  const which = whichOf(selection, query, total);
  const canAll = !selection.all && total > count && !pagination?.totalIsEstimate && total <= MOST_AT_ONCE;
  const close = () => setOpen(null);
  const taggable = entity.fields.some((field) => field.name === 'tags' && !field.readOnly);
  return (
    <>
      <div
        role="toolbar"
        aria-label={t('bulk.label')}
        className="absolute bottom-4 left-1/2 z-20 flex max-w-[calc(100%-16px)] -translate-x-1/2 flex-wrap items-center justify-center gap-1 rounded-xl bg-raised p-1.5 shadow-pop"
      >
        <span className="px-2 font-medium text-sm tabular-nums" aria-live="polite">
          {t('bulk.chosen', { count, number: formatNumber(count, locale) })}
        </span>
        {canAll && (
          <Button look="ghost" size="sm" className="text-accent" onClick={selection.chooseAll}>
            {t('bulk.chooseAll', { number: formatNumber(total, locale) })}
          </Button>
        )}
        {!selection.all && (pagination?.totalIsEstimate || total > MOST_AT_ONCE) && (
          <span className="hidden px-1 text-faint text-xs lg:inline">
            {t('bulk.most', { number: formatNumber(MOST_AT_ONCE, locale) })}
          </span>
        )}
        <span className="mx-1 h-5 w-px bg-line" aria-hidden />
        {may(entity, 'update') && (
          <Button look="ghost" size="sm" onClick={() => setOpen('edit')}>
            <Pencil size={14} aria-hidden />
            {t('bulk.edit')}
          </Button>
        )}
        {may(entity, 'update') && taggable && (
          <Button look="ghost" size="sm" onClick={() => setOpen('tags')}>
            <Tags size={14} aria-hidden />
            {t('bulk.tags')}
          </Button>
        )}
        {may(entity, 'delete') && (
          <Button
            look="ghost"
            size="sm"
            className="text-danger hover:text-danger"
            onClick={() => setOpen('delete')}
          >
            <Trash2 size={14} aria-hidden />
            {t('action.delete')}
          </Button>
        )}
        <Button look="ghost" size="iconSm" aria-label={t('bulk.clear')} onClick={selection.clear}>
          <X size={14} aria-hidden />
        </Button>
      </div>
      {open === 'edit' && (
        <BulkEdit entity={entity} which={which} count={count} busy={busy} run={run} onClose={close} />
      )}
      {open === 'tags' && (
        <BulkTags entity={entity} which={which} count={count} busy={busy} run={run} onClose={close} />
      )}
      {open === 'delete' && (
        <ConfirmDialog
          title={t('bulk.deleteTitle', {
            count,
            number: formatNumber(count, locale),
            entities: entity.labelPlural.toLowerCase(),
            entity: entity.label.toLowerCase(),
          })}
          text={t('bulk.deleteText')}
          action={t('action.delete')}
          busy={busy}
          onCancel={close}
          onConfirm={() => void run(() => deleteMany(entity, which), 'deleted').then(close)}
        />
      )}
    </>
  );
}
