/* SPDX-License-Identifier: Apache-2.0 */
/* The organisation: what stands on its documents, where it is, how it numbers, what rules it keeps. */

import { useQuery } from '@tanstack/react-query';
import { Building } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { getWithEtag } from '@/api/client';
import { findEntity, may, useMeta } from '@/api/meta';
import type { EntityMeta, RecordData } from '@/api/types';
import { ErrorNotice } from '@/app/ErrorBoundary';
import { NotFound } from '@/app/NotFound';
import { PageHead } from '@/app/PageHead';
import '@/features/setup/words';
import { Waiting } from '@/features/setup/Waiting';
import { SideNav } from '@/ui/SideNav';
import { type Section, sections } from './fields';
import { Numbers } from './Numbers';
import { SettingsForm } from './SettingsForm';

const organizationQuery = (entity: EntityMeta | undefined, id: string) => ({
  queryKey: ['record', 'organization', 'settings', id],
  queryFn: () => getWithEtag<RecordData>(`${entity?.path}/${id}`),
  enabled: entity !== undefined,
});

export function Settings() {
  const { t } = useTranslation();
  const meta = useMeta();
  const [params] = useSearchParams();
  const entity = findEntity(meta, 'organization');
  const series = findEntity(meta, 'number_series');
  const { data, error, refetch } = useQuery(organizationQuery(entity, meta.organization.id));
  if (!entity || !may(entity, 'update')) return <NotFound />;
  const at: Section = sections.find((section) => section === params.get('section')) ?? 'general';
  const items = sections.map((section) => ({
    to: `/settings?section=${section}`,
    label: t(`settings.${section}`),
    current: section === at,
  }));
  return (
    <>
      <PageHead
        name={t('nav.settings')}
        icon={<Building size={16} strokeWidth={1.75} aria-hidden />}
        title={<h1 className="font-semibold text-base">{t('nav.settings')}</h1>}
      />
      <div className="flex min-h-0 flex-1 flex-col md:flex-row">
        <SideNav label={t('nav.settings')} sections={[{ items }]} />
        <section aria-labelledby="settings-title" className="min-h-0 min-w-0 flex-1 overflow-auto pb-8">
          <div className="border-line border-b px-5 py-3">
            <h2 id="settings-title" className="font-semibold">
              {t(`settings.${at}`)}
            </h2>
            <p className="text-muted text-xs">{t(`settings.text.${at}`)}</p>
          </div>
          {error ? (
            <ErrorNotice error={error} onRetry={() => void refetch()} />
          ) : at === 'numbers' ? (
            series && <Numbers entity={series} />
          ) : data ? (
            <SettingsForm key={at} section={at} entity={entity} record={data.data} etag={data.etag} />
          ) : (
            <Waiting />
          )}
        </section>
      </div>
    </>
  );
}
