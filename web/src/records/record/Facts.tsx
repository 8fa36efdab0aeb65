/* SPDX-License-Identifier: Apache-2.0 */
/* What one looks for first, below the name: the facts of the entity's lists unless said otherwise here. */

import { findField } from '@/api/meta';
import type { EntityMeta, FieldMeta, RecordData } from '@/api/types';
import type { Flow } from '@/features/flows/flow';
import { StagePath } from '@/features/pipelines/StagePath';
import { FieldValue } from '@/fields/display';
import { isEmpty, readValue } from '@/fields/value';

const MOST = 6;

const chosen: Record<string, string[]> = {
  company: ['status', 'industry', 'phone', 'email', 'website', 'ownerId', 'lastActivityAt'],
  contact: ['companyId', 'jobTitle', 'email', 'phone', 'lifecycleStage', 'ownerId'],
  lead: ['company', 'email', 'phone', 'source', 'score', 'ownerId'],
  deal: ['amount', 'companyId', 'contactId', 'expectedCloseDate', 'ownerId'],
  quote: ['status', 'companyId', 'total', 'invoicedTotal', 'validUntil', 'ownerId'],
  invoice: ['status', 'companyId', 'total', 'balance', 'issueDate', 'dueDate'],
  payment: ['status', 'companyId', 'vendorId', 'amount', 'unallocated', 'paidAt', 'dueDate', 'method'],
  event: ['status', 'companyId', 'startAt', 'guestsExpected', 'budget', 'agreedTotal', 'ownerId'],
  project: ['status', 'companyId', 'progress', 'dueDate', 'budget', 'ownerId'],
};

function factsOf(entity: EntityMeta, record: RecordData): FieldMeta[] {
  return (chosen[entity.name] ?? entity.listFields)
    .flatMap((name) => findField(entity, name) ?? [])
    .filter((field) => !entity.titleFields.includes(field.name) && !isEmpty(readValue(record, field)))
    .slice(0, MOST);
}

export function Facts({
  entity,
  record,
  onStep,
}: {
  entity: EntityMeta;
  record: RecordData;
  onStep: (flow: Flow) => void;
}) {
  const facts = factsOf(entity, record);
  const tags = findField(entity, 'tags');
  const hasTags = tags && !isEmpty(record['tags']);
  return (
    <div className="flex shrink-0 flex-col gap-3 border-line border-b px-4 py-3">
      <div className="flex flex-wrap items-start gap-x-8 gap-y-2.5">
        {facts.map((field) => (
          <dl key={field.name} className="min-w-0 max-w-64">
            <dt className="text-faint text-xs">{field.label}</dt>
            <dd className="mt-0.5 flex min-h-5 min-w-0 items-center truncate font-medium">
              <FieldValue field={field} value={readValue(record, field)} record={record} dense />
            </dd>
          </dl>
        ))}
        {hasTags && (
          <dl className="min-w-0 max-w-64">
            <dt className="text-faint text-xs">{tags.label}</dt>
            <dd className="mt-0.5 flex min-h-5 items-center">
              <FieldValue field={tags} value={record['tags']} record={record} dense />
            </dd>
          </dl>
        )}
      </div>
      <StagePath entity={entity} record={record} onStep={onStep} />
    </div>
  );
}
