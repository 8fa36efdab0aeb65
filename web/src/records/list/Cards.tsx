/* SPDX-License-Identifier: Apache-2.0 */
/* The same rows on a narrow screen: the title and the first few facts of each. */

import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { recordPath } from '@/api/records';
import type { EntityMeta, FieldMeta, RecordData } from '@/api/types';
import { FieldValue } from '@/fields/display';
import { RecordName } from '@/fields/shared/record';
import { isEmpty, queryName, readValue } from '@/fields/value';
import { titleOf } from '@/lib/title';
import { Skeleton } from '@/ui/bits';

const FACTS = 4;

function Card({ entity, fields, record }: { entity: EntityMeta; fields: FieldMeta[]; record: RecordData }) {
  const { t } = useTranslation();
  const facts = fields
    .filter((field) => !isEmpty(readValue(record, field)) && readValue(record, field) !== false)
    .slice(0, FACTS);
  return (
    <li className="relative border-line border-b px-4 py-3 active:bg-subtle">
      <Link
        to={recordPath(entity, record.id)}
        className="flex min-w-0 font-medium text-base after:absolute after:inset-0"
      >
        {titleOf(entity, record) ? <RecordName entity={entity} record={record} /> : t('list.untitled')}
      </Link>
      {facts.length > 0 && (
        <dl className="mt-1.5 grid grid-cols-2 gap-x-4 gap-y-1">
          {facts.map((field) => (
            <div key={queryName(field)} className="flex min-w-0 flex-col">
              <dt className="text-2xs text-faint">{field.label}</dt>
              <dd className="relative z-1 w-fit max-w-full truncate text-muted">
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
