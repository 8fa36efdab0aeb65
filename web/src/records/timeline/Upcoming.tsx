/* SPDX-License-Identifier: Apache-2.0 */
/* What is planned with the record, above what has happened: done with one click. */

import { CircleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { findField, may } from '@/api/meta';
import { recordPath, updateRecord } from '@/api/records';
import type { EntityMeta, RecordData } from '@/api/types';
import { useLocale } from '@/app/locale';
import { IdName } from '@/fields/shared/record';
import { word } from '@/i18n';
import { cn } from '@/lib/cn';
import { formatDateTime } from '@/lib/format';
import { titleOf } from '@/lib/title';
import { useRecordChange } from '@/records/record/useRecordChange';
import { TypeIcon } from './ActivityEntry';
import { useUpcoming } from './useTimeline';

function Row({ work, record, at }: { work: EntityMeta; record: RecordData; at: string | null }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const change = useRecordChange();
  const isTask = work.name === 'task';
  const who = findField(work, isTask ? 'assigneeId' : 'ownerId');
  const whoId = who && record[who.name];
  const late = at !== null && Date.parse(at) < Date.now();
  const title = titleOf(work, record) || word(`timeline.activity.${String(record['type'])}`);
  const done = () =>
    change.run(() => updateRecord(work, record.id, { status: 'done' }, null), {
      said: t('timeline.doneSaid', { title }),
      undo: () => updateRecord(work, record.id, { status: record['status'] ?? null }, null),
    });
  return (
    <li className="flex min-h-9 items-center gap-2.5 border-line border-b px-3 last:border-b-0">
      <input
        type="checkbox"
        checked={false}
        disabled={change.busy || !may(work, 'update')}
        onChange={() => void done()}
        aria-label={t('timeline.markDone', { title })}
        className="size-4 shrink-0 accent-(--c-accent)"
      />
      {!isTask && (
        <span className="text-muted">
          <TypeIcon type={String(record['type'])} />
        </span>
      )}
      <Link
        to={recordPath(work, record.id)}
        className="min-w-0 flex-1 truncate font-medium hover:text-accent"
      >
        {title}
      </Link>
      {who && typeof whoId === 'string' && (
        <span className="hidden text-muted text-xs sm:inline">
          <IdName field={who} id={whoId} />
        </span>
      )}
      {at && (
        <time
          dateTime={at}
          className={cn(
            'inline-flex shrink-0 items-center gap-1 text-xs tabular-nums',
            late ? 'text-danger' : 'text-muted',
          )}
        >
          {late && <CircleAlert size={12} aria-label={t('timeline.late')} />}
          {formatDateTime(at, locale)}
        </time>
      )}
    </li>
  );
}

export function Upcoming({ entity, record }: { entity: EntityMeta; record: RecordData }) {
  const { t } = useTranslation();
  const rows = useUpcoming(entity, record.id);
  if (rows.length === 0) return null;
  return (
    <section aria-label={t('timeline.upcoming')} className="px-5 pt-4">
      <h2 className="pb-1.5 font-medium text-muted text-xs">{t('timeline.upcoming')}</h2>
      <ul className="max-w-3xl rounded-lg border border-line">
        {rows.map((row) => (
          <Row key={row.record.id} {...row} />
        ))}
      </ul>
    </section>
  );
}
