/* SPDX-License-Identifier: Apache-2.0 */
/* What a vendor is called, once it is known. */
import { useQuery } from '@tanstack/react-query';
import { labelQuery } from '@/api/labels';
import { useEntity } from '@/api/meta';
import type { RecordData } from '@/api/types';
import { t } from '@/i18n';
import { titleOf } from '@/lib/title';

export function useVendorName(id: string, given: RecordData | null): string {
  const entity = useEntity('vendor');
  const asked = useQuery(labelQuery(given || !id ? undefined : entity, id));
  const record = given ?? asked.data;
  return (entity && record && titleOf(entity, record)) || t('events.clash.vendor');
}
