/* SPDX-License-Identifier: Apache-2.0 */
/* What people choose from: industries, sources, lost reasons and whatever else is the organisation's own. */

import { List } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { findEntity, may, useMeta } from '@/api/meta';
import { useLocale } from '@/app/locale';
import { NotFound } from '@/app/NotFound';
import { PageHead } from '@/app/PageHead';
import '@/features/setup/words';
import { SideNav } from '@/ui/SideNav';
import { type Picklist, picklistsOf } from './data';
import { Options } from './Options';

/** "Industry of companies and leads". */
function useUses() {
  const { t } = useTranslation();
  const { locale } = useLocale();
  const list = new Intl.ListFormat(locale, { type: 'conjunction' });
  return ({ uses }: Picklist) => {
    const labels = [...new Set(uses.map(({ field }) => field.label))];
    const told = labels.map((field) => {
      const of = uses.filter((use) => use.field.label === field);
      const entities = list.format(of.map(({ entity }) => entity.labelPlural.toLowerCase()));
      return t('picklists.field', { field: field.toLowerCase(), entities });
    });
    return t('picklists.usedBy', { fields: list.format(told) });
  };
}

export function Picklists() {
  const { t } = useTranslation();
  const meta = useMeta();
  const usesOf = useUses();
  const [params] = useSearchParams();
  const entity = findEntity(meta, 'picklist_option');
  const lists = picklistsOf(meta);
  const at = lists.find((list) => list.key === params.get('list')) ?? lists[0];
  if (!entity || !may(entity, 'update')) return <NotFound />;
  const items = lists.map((list) => ({
    to: `/picklists?list=${list.key}`,
    label: list.label,
    current: list.key === at?.key,
  }));
  return (
    <>
      <PageHead
        name={t('nav.picklists')}
        icon={<List size={16} strokeWidth={1.75} aria-hidden />}
        title={<h1 className="font-semibold text-base">{t('nav.picklists')}</h1>}
      />
      <div className="flex min-h-0 flex-1 flex-col md:flex-row">
        <SideNav label={t('nav.picklists')} sections={[{ items }]} />
        {at && (
          <section key={at.key} aria-label={at.label} className="flex min-h-0 min-w-0 flex-1 flex-col">
            <div className="border-line border-b px-4 py-3">
              <h2 className="truncate font-semibold">{at.label}</h2>
              <p className="text-muted text-xs">{usesOf(at)}</p>
            </div>
            <div className="min-h-0 flex-1 overflow-auto pb-8">
              <Options entity={entity} list={at} />
            </div>
          </section>
        )}
      </div>
    </>
  );
}
