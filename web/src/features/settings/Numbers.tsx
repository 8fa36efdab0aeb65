/* SPDX-License-Identifier: Apache-2.0 */
/* How documents are numbered, and what number comes next. */

import { useQuery } from '@tanstack/react-query';
import { Pencil } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { getPage } from '@/api/client';
import { updateRecord } from '@/api/records';
import type { EntityMeta, RecordData } from '@/api/types';
import { useLocale } from '@/app/locale';
import { useWrite } from '@/features/setup/data';
import { FieldsDialog, pick } from '@/features/setup/FieldsDialog';
import { Waiting } from '@/features/setup/Waiting';
import { word } from '@/i18n';
import { todayIn } from '@/lib/zone';
import { wordsOf } from '@/records/timeline/diff';
import { Button } from '@/ui/button';
import { nextNumber } from './fields';

const seriesQuery = {
  queryKey: ['list', 'number_series', 'setup'],
  queryFn: async () => (await getPage<RecordData>('/api/v1/number-series?limit=50&sort=key')).data,
};

const titleOf = (series: RecordData): string =>
  word(`settings.series.${series['key']}`, { defaultValue: wordsOf(String(series['key'])) });

export function Numbers({ entity }: { entity: EntityMeta }) {
  const { t } = useTranslation();
  const { timeZone } = useLocale();
  const run = useWrite();
  const [editing, setEditing] = useState<RecordData | null>(null);
  const { data } = useQuery(seriesQuery);
  const year = todayIn(timeZone).slice(0, 4);
  if (!data) return <Waiting />;
  return (
    <div className="max-w-2xl px-5 py-4">
      <table className="w-full text-left">
        <thead className="text-muted text-xs">
          <tr className="border-line border-b">
            <th className="py-2 font-medium">{t('settings.documentKind')}</th>
            <th className="py-2 font-medium max-sm:hidden">{t('settings.lastNumber')}</th>
            <th className="py-2 font-medium">{t('settings.nextNumber')}</th>
            <th className="w-8">
              <span className="sr-only">{t('action.edit')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {data.map((series) => (
            <tr key={series.id} className="border-line border-b">
              <td className="h-11 font-medium">{titleOf(series)}</td>
              <td className="text-muted tabular-nums max-sm:hidden">{String(series['lastNumber'] ?? '—')}</td>
              <td className="tabular-nums">{nextNumber(series, year)}</td>
              <td>
                <Button
                  look="ghost"
                  size="iconSm"
                  aria-label={t('settings.editSeries', { name: titleOf(series) })}
                  onClick={() => setEditing(series)}
                >
                  <Pencil size={14} aria-hidden />
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="mt-3 text-faint text-xs">{t('settings.numbersText')}</p>
      {editing && (
        <FieldsDialog
          title={t('settings.editSeries', { name: titleOf(editing) })}
          fields={pick(entity, ['prefix', 'width', 'next', 'yearReset'])}
          record={editing}
          action={t('action.save')}
          onSave={async (values) => {
            await updateRecord(entity, editing.id, values, `"v${editing['version']}"`);
            await run(async () => {});
          }}
          onClose={() => setEditing(null)}
        />
      )}
    </div>
  );
}
