/* SPDX-License-Identifier: Apache-2.0 */
/* A record in a day of the calendar. */
import type { DragEvent, KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { recordPath } from '@/api/records';
import type { EntityMeta, FieldMeta, RecordData } from '@/api/types';
import { useLocale } from '@/app/locale';
import { FieldValue } from '@/fields/display';
import { toneOf } from '@/fields/shared/tones';
import { isEmpty, queryName, readValue } from '@/fields/value';
import { formatClock } from '@/lib/format';
import { titleOf } from '@/lib/title';
import type { Entry } from './days';

/** Of what state it is shows in its colour. */
export function toneOfRecord(entity: EntityMeta, entry: Entry): string {
  const name = entity.boardBy && entity.boardBy !== 'stageId' ? entity.boardBy : 'status';
  const value = entry.record[name];
  const field = entity.fields.find((one) => one.name === name);
  const option = field?.options?.find((one) => one.key === value);
  return (typeof value === 'string' && toneOf(value, option?.color)) || 'gray';
}

/** How an entry is moved to another day, where one may. */
export type Moving = {
  hint: string;
  lift: (entry: Entry, day: string) => void;
  nudge: (record: RecordData, days: number) => void;
  cancel: () => boolean;
};

const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

function keysOf(moving: Moving, entry: Entry) {
  return (event: KeyboardEvent<HTMLElement>) => {
    const days = steps[event.key];
    if (event.key === 'Escape' && moving.cancel()) event.stopPropagation();
    else if (event.shiftKey && days) moving.nudge(entry.record, days);
    else return;
    event.preventDefault();
    // It stands in another day by the next picture, where the keyboard follows it.
    const { id } = entry.record;
    requestAnimationFrame(() =>
      requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-entry="${id}"]`)?.focus()),
    );
  };
}

type LineProps = { entity: EntityMeta; entry: Entry; day: string; moving?: Moving | null };

export function EntryLine({ entity, entry, day, moving }: LineProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const begins = entry.first === day;
  return (
    <Link
      to={recordPath(entity, entry.record.id)}
      data-entry={begins ? entry.record.id : undefined}
      data-tone={toneOfRecord(entity, entry)}
      draggable={Boolean(moving)}
      {...(moving && {
        'aria-describedby': moving.hint,
        onKeyDown: keysOf(moving, entry),
        onDragStart: (event: DragEvent) => {
          event.dataTransfer.setData('text/plain', titleOf(entity, entry.record));
          event.dataTransfer.effectAllowed = 'move';
          moving.lift(entry, day);
        },
      })}
      className="tone flex h-6 min-w-0 shrink-0 items-center gap-1 rounded px-1.5 text-xs hover:underline"
    >
      {entry.time && begins && (
        <span className="shrink-0 tabular-nums">{formatClock(entry.time, locale)}</span>
      )}
      {!begins && (
        <span aria-hidden className="shrink-0 opacity-60">
          …
        </span>
      )}
      <span className="truncate font-medium">{titleOf(entity, entry.record) || t('list.untitled')}</span>
    </Link>
  );
}

const FACTS = 3;

export function EntryRow(props: { entity: EntityMeta; entry: Entry; facts: FieldMeta[] }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { entity, entry, facts } = props;
  const filled = facts.filter((field) => !isEmpty(readValue(entry.record, field))).slice(0, FACTS);
  return (
    <li className="flex items-start gap-3 border-line border-b px-4 py-2 last:border-b-0">
      <span className="w-16 shrink-0 pt-0.5 text-muted text-xs tabular-nums">
        {entry.time ? formatClock(entry.time, locale) : t('calendar.allDay')}
      </span>
      <span
        aria-hidden
        data-tone={toneOfRecord(entity, entry)}
        className="tone-dot mt-1.5 size-2 shrink-0 rounded-full"
      />
      <div className="flex min-w-0 flex-1 flex-col gap-0.5 md:flex-row md:items-center md:gap-4">
        <Link
          to={recordPath(entity, entry.record.id)}
          className="min-w-0 truncate font-medium leading-6 hover:underline"
        >
          {titleOf(entity, entry.record) || t('list.untitled')}
        </Link>
        <dl className="reach flex min-w-0 flex-wrap items-center gap-x-3 text-muted text-xs">
          {filled.map((field) => (
            <div key={queryName(field)} className="min-w-0">
              <dt className="sr-only">{field.label}</dt>
              <dd className="truncate" title={field.label}>
                <FieldValue
                  field={field}
                  value={readValue(entry.record, field)}
                  record={entry.record}
                  dense
                />
              </dd>
            </div>
          ))}
        </dl>
      </div>
    </li>
  );
}
