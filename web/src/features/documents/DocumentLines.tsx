/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of a quote or an invoice: to be edited while it is a draft, as they stand once it is binding. */

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { findEntity, may, useMeta } from '@/api/meta';
import { listQuery } from '@/api/records';
import type { EntityMeta, NestedMeta } from '@/api/types';
import { PageLoading } from '@/app/PageLoading';
import type { Tagged } from '@/records/record/useSave';
import { LinesEditor } from './LinesEditor';
import { LinesView } from './LinesView';
import type { TaxRate } from './lines';

function useRates(): TaxRate[] | undefined {
  const entity = findEntity(useMeta(), 'tax_rate');
  const { data, isError } = useQuery({
    ...listQuery(entity, 'active=true&sort=-rate&limit=200'),
    staleTime: 60_000,
  });
  if (!entity || isError) return [];
  return data?.data.map((rate) => ({
    id: rate.id,
    name: String(rate['name']),
    rate: Number(rate['rate']),
    kind: (rate['kind'] as string | null) ?? null,
    isDefault: rate['isDefault'] === true,
  }));
}

export default function DocumentLines({
  entity,
  nested,
  tagged,
}: {
  entity: EntityMeta;
  nested: NestedMeta;
  tagged: Tagged;
}) {
  const rates = useRates();
  const record = tagged.data;
  const editable = record['status'] === 'draft' && may(entity, 'update') && !record['deletedAt'];
  // The editor begins anew with every version that is read, but never under somebody's hands.
  const [base, setBase] = useState(tagged);
  const [dirty, setDirty] = useState(false);
  const [round, setRound] = useState(0);
  if (!dirty && base.data['version'] !== record['version']) setBase(tagged);
  if (!editable) return <LinesView nested={nested} record={record} />;
  if (!rates) return <PageLoading />;
  return (
    <LinesEditor
      key={`${String(base.data['version'])}.${round}`}
      entity={entity}
      nested={nested}
      tagged={base}
      now={record}
      rates={rates}
      onDirty={setDirty}
      onDiscard={() => {
        setDirty(false);
        setRound(round + 1);
      }}
    />
  );
}
