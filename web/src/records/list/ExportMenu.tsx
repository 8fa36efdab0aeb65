/* SPDX-License-Identifier: Apache-2.0 */
/* Exports what is shown: these filters, this order, these columns. The browser saves the file as it comes; whether it
   came whole stands in the export's own row. */

import { Download } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { getPage } from '@/api/client';
import type { EntityMeta, FieldMeta } from '@/api/types';
import { useLocale } from '@/app/locale';
import { formatNumber } from '@/lib/format';
import { Button } from '@/ui/button';
import { Menu, MenuItem, MenuLabel } from '@/ui/overlay';
import { toast } from '@/ui/toast';
import { type ListState, orderedQuery } from '../filters';

const formats = ['csv', 'xlsx', 'jsonl'] as const;
type Format = (typeof formats)[number];

/** Own fields are known to files as one, which brings all of them. */
export function exportSearch(entity: EntityMeta, state: ListState, shown: FieldMeta[]): string {
  const params = orderedQuery(state);
  const built = shown.filter((field) => !field.custom).map((field) => field.name);
  const names = new Set([...entity.titleFields, ...built]);
  if (shown.some((field) => field.custom)) names.add('custom');
  params.set('fields', [...names].join(','));
  return params.toString();
}

type ExportRow = { id: string; state: string; rowCount: number | null };
const WAIT_MS = 1000;
const MOST_WAITS = 600;

const latest = async (entity: EntityMeta): Promise<ExportRow | undefined> =>
  (await getPage<ExportRow>(`/api/v1/exports?entity=${entity.name}&createdBy=me&limit=1&sort=-createdAt`))
    .data[0];

function save(href: string) {
  const link = document.createElement('a');
  link.href = href;
  link.download = '';
  link.click();
}

const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms));

export function ExportMenu({
  entity,
  state,
  shown,
}: {
  entity: EntityMeta;
  state: ListState;
  shown: FieldMeta[];
}) {
  const { t } = useTranslation();
  const locale = useLocale();
  const [progress, setProgress] = useState<string | null>(null);
  const run = async (format: Format) => {
    setProgress(t('export.running'));
    try {
      const before = await latest(entity).catch(() => undefined);
      save(`${entity.path}/export.${format}?${exportSearch(entity, state, shown)}`);
      for (let wait = 0; wait < MOST_WAITS; wait++) {
        await sleep(WAIT_MS);
        const row = await latest(entity);
        if (!row || row.id === before?.id) continue;
        const rows = formatNumber(row.rowCount ?? 0, locale);
        if (row.state === 'done') {
          toast.good(t('export.done', { rows, count: row.rowCount ?? 0 }));
          return;
        }
        if (row.state === 'failed') {
          toast.bad(t('export.failed'), { description: t('export.failedText') });
          return;
        }
        if (row.rowCount) setProgress(t('export.soFar', { rows }));
      }
    } catch {
      // The file itself is under way; only its row cannot be read by this role.
    } finally {
      setProgress(null);
    }
  };
  return (
    <Menu
      align="end"
      trigger={
        <Button look="ghost" size="sm" busy={progress !== null} className="max-md:hidden">
          {progress === null && <Download size={14} aria-hidden />}
          {progress ?? t('export.label')}
        </Button>
      }
    >
      <MenuLabel>{t('export.text')}</MenuLabel>
      {formats.map((format) => (
        <MenuItem key={format} onClick={() => void run(format)}>
          {t(`export.${format}`)}
        </MenuItem>
      ))}
    </Menu>
  );
}
