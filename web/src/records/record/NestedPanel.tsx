/* SPDX-License-Identifier: Apache-2.0 */
/* Rows that are part of the record, as a table, and as rows of inputs while one edits them. */

import { Pencil, Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { findEntity, may, useMeta } from '@/api/meta';
import type { EntityMeta, FieldMeta, Json, NestedMeta, RecordData } from '@/api/types';
import { EntityIcon } from '@/app/icons';
import { kindOf } from '@/fields';
import { FieldValue } from '@/fields/display';
import { cn } from '@/lib/cn';
import { useNarrow } from '@/lib/narrow';
import { EmptyState } from '@/ui/bits';
import { Button } from '@/ui/button';
import { rowsOf, shownFieldsOf } from '../nested';
import { NestedEditor } from './NestedEditor';
import type { Tagged } from './useSave';

type Loose = { [field: string]: Json | undefined };
type RowsProps = { fields: FieldMeta[]; rows: Loose[]; record: RecordData };

const keyOf = (row: Loose): string => String(row['id']);

function Cell({ field, row, record }: { field: FieldMeta; row: Loose; record: RecordData }) {
  // Money is in the currency of the record.
  return <FieldValue field={field} value={row[field.name]} record={{ ...record, ...row }} dense />;
}

function NestedTable({ fields, rows, record }: RowsProps) {
  return (
    <table className="w-full border-collapse text-left">
      <thead>
        <tr className="h-8 border-line border-b text-muted text-xs">
          <th scope="col" className="w-10 px-4 text-right font-medium">
            #
          </th>
          {fields.map((field) => (
            <th
              key={field.name}
              scope="col"
              className={cn('px-3 font-medium', kindOf(field).align === 'right' && 'text-right')}
            >
              {field.label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <tr key={keyOf(row)} className="h-10 border-line border-b">
            <td className="px-4 text-right text-faint tabular-nums">{index + 1}</td>
            {fields.map((field) => (
              <td
                key={field.name}
                className={cn('px-3 py-1.5', kindOf(field).align === 'right' && 'text-right tabular-nums')}
              >
                <Cell field={field} row={row} record={record} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** One row below the other, for a narrow screen. */
function NestedCards({ fields, rows, record }: RowsProps) {
  return (
    <ol className="flex flex-col">
      {rows.map((row) => (
        <li key={keyOf(row)} className="border-line border-b px-4 py-3">
          <dl className="flex flex-col gap-1">
            {fields
              .filter((field) => row[field.name] !== null && row[field.name] !== undefined)
              .map((field) => (
                <div key={field.name} className="flex min-w-0 gap-3">
                  <dt className="w-28 shrink-0 truncate text-muted">{field.label}</dt>
                  <dd className="min-w-0 break-words">
                    <Cell field={field} row={row} record={record} />
                  </dd>
                </div>
              ))}
          </dl>
        </li>
      ))}
    </ol>
  );
}

export function NestedPanel({
  entity,
  nested,
  tagged,
}: {
  entity: EntityMeta;
  nested: NestedMeta;
  tagged: Tagged;
}) {
  const { t } = useTranslation();
  const meta = useMeta();
  const narrow = useNarrow();
  const [editing, setEditing] = useState(false);
  const record = tagged.data;
  const rows = rowsOf(nested, record);
  const fields = shownFieldsOf(nested);
  const child = findEntity(meta, nested.entity);
  const mayEdit = may(entity, 'update') && !record['deletedAt'];
  if (editing)
    return <NestedEditor entity={entity} nested={nested} tagged={tagged} onDone={() => setEditing(false)} />;
  if (rows.length === 0) {
    return (
      <EmptyState
        icon={<EntityIcon entity={child ?? entity} size={20} />}
        title={t('record.noRelated', { entities: nested.label.toLowerCase() })}
        text={t('nested.emptyText')}
      >
        {mayEdit && (
          <Button size="sm" look="primary" onClick={() => setEditing(true)}>
            <Plus size={14} aria-hidden />
            {t('nested.add')}
          </Button>
        )}
      </EmptyState>
    );
  }
  const Rows = narrow ? NestedCards : NestedTable;
  return (
    <>
      {mayEdit && (
        <div className="flex h-10 shrink-0 items-center justify-end border-line border-b px-3">
          <Button size="sm" look="ghost" onClick={() => setEditing(true)}>
            <Pencil size={14} aria-hidden />
            {t('nested.edit', { rows: nested.label.toLowerCase() })}
          </Button>
        </div>
      )}
      <div className="min-h-0 flex-1 overflow-auto">
        <Rows fields={fields} rows={rows} record={record} />
      </div>
    </>
  );
}
