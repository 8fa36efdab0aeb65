/* SPDX-License-Identifier: Apache-2.0 */
/* The same rows on a narrow screen: the title and the first few facts of each. */

import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { recordPath } from '@/api/records';
import type { EntityMeta, FieldMeta, RecordData } from '@/api/types';
import { FieldValue } from '@/fields/display';
import { RecordName } from '@/fields/shared/record';
import { isEmpty, queryName, readValue } from '@/fields/value';
import { titleOf } from '@/lib/title';
import { Skeleton } from '@/ui/bits';
import { Button } from '@/ui/button';
import { Checkbox } from '@/ui/checkbox';
import type { Rows, Span } from './useRows';
import type { Selection } from './useSelection';

const FACTS = 4;

function Card({
  entity,
  fields,
  record,
  box,
}: {
  entity: EntityMeta;
  fields: FieldMeta[];
  record: RecordData;
  box?: ReactNode;
}) {
  const { t } = useTranslation();
  const facts = fields
    .filter((field) => !isEmpty(readValue(record, field)) && readValue(record, field) !== false)
    .slice(0, FACTS);
  return (
    <li className="relative border-line border-b px-4 py-3 [contain-intrinsic-size:auto_96px] [content-visibility:auto] active:bg-subtle">
      <div className="flex items-center gap-1">
        {box}
        <Link
          to={recordPath(entity, record.id)}
          className="flex min-w-0 font-medium text-base after:absolute after:inset-0"
        >
          {titleOf(entity, record) ? <RecordName entity={entity} record={record} /> : t('list.untitled')}
        </Link>
      </div>
      {facts.length > 0 && (
        <dl className="mt-1.5 grid grid-cols-2 gap-x-4 gap-y-1">
          {facts.map((field) => (
            <div key={queryName(field)} className="flex min-w-0 flex-col">
              <dt className="text-2xs text-faint">{field.label}</dt>
              <dd className="reach relative z-1 w-fit max-w-full truncate text-muted">
                <FieldValue field={field} value={readValue(record, field)} record={record} dense />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </li>
  );
}

export function RecordCards(props: {
  entity: EntityMeta;
  fields: FieldMeta[];
  rows: RecordData[] | undefined;
}) {
  if (!props.rows) {
    return (
      <div className="flex flex-col gap-6 p-4">
        {[0, 1, 2, 3, 4, 5].map((row) => (
          <div key={row} className="flex flex-col gap-2">
            <Skeleton className="h-4 w-44" />
            <Skeleton className="h-3 w-64" />
          </div>
        ))}
      </div>
    );
  }
  return (
    <ul>
      {props.rows.map((record) => (
        <Card key={record.id} entity={props.entity} fields={props.fields} record={record} />
      ))}
    </ul>
  );
}

const STEP = 50;

/** As many as have been scrolled to; more come when the end is near. */
export function CardList(props: {
  entity: EntityMeta;
  fields: FieldMeta[];
  rows: Rows;
  onSpan: (span: Span) => void;
  selection: Selection;
  selectable: boolean;
}) {
  const { t } = useTranslation();
  const { entity, fields, rows, onSpan, selection, selectable } = props;
  const [count, setCount] = useState(STEP);
  const [choosing, setChoosing] = useState(false);
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => onSpan({ first: 0, last: count - 1 }), [onSpan, count]);
  useEffect(() => {
    const node = end.current;
    if (!node) return;
    const observer = new IntersectionObserver(
      ([entry]) => entry?.isIntersecting && setCount((now) => Math.min(now + STEP, rows.count)),
      { rootMargin: '600px' },
    );
    observer.observe(node);
    return () => observer.disconnect();
  }, [rows.count]);
  const records = Array.from({ length: Math.min(count, rows.count) }, (_, index) => rows.at(index));
  return (
    <div className="min-h-0 flex-1 overflow-y-auto pb-20">
      {selectable && (
        <div className="flex justify-end px-2 pt-1">
          <Button
            look="ghost"
            size="sm"
            aria-pressed={choosing}
            onClick={() => {
              setChoosing(!choosing);
              selection.clear();
            }}
          >
            {choosing ? t('grid.chooseEnd') : t('grid.chooseBegin')}
          </Button>
        </div>
      )}
      <ul>
        {records.map((record, index) =>
          record ? (
            <Card
              key={record.id}
              entity={entity}
              fields={fields}
              record={record}
              box={
                choosing && (
                  <Checkbox
                    className="relative z-1 -ml-1.5"
                    label={t('grid.choose', { title: titleOf(entity, record) || t('list.untitled') })}
                    checked={selection.has(record.id)}
                    onChange={() => selection.toggle(record.id, index)}
                  />
                )
              }
            />
          ) : (
            // biome-ignore lint/suspicious/noArrayIndexKey: a place that has no record yet
            <li key={index} className="px-4 py-3">
              <Skeleton className="h-4 w-44" />
            </li>
          ),
        )}
      </ul>
      <div ref={end} className="h-px" />
    </div>
  );
}
