/* SPDX-License-Identifier: Apache-2.0 */
/* The API as the server itself tells it: routes by what they are about, searched, read and tried. */

import { useQuery } from '@tanstack/react-query';
import { BookOpen, Download, Search } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { getPlain } from '@/api/client';
import { ErrorNotice } from '@/app/ErrorBoundary';
import { PageHead } from '@/app/PageHead';
import { Waiting } from '@/features/setup/Waiting';
import { i18n } from '@/i18n';
import words from '@/i18n/en.apidocs.json';
import { EmptyState } from '@/ui/bits';
import { buttonClass } from '@/ui/button';
import { Input } from '@/ui/input';
import { SideNav } from '@/ui/SideNav';
import { OperationItem } from './OperationItem';
import { groupsOf, type Operation, operationsOf, type Spec, search } from './spec';

i18n.addResourceBundle('en', 'translation', words, true, true);

const DOCUMENT = '/api/v1/openapi.json';

/** Not in the envelope of the other answers; it changes with the server alone. */
const specQuery = {
  queryKey: ['openapi'],
  queryFn: async ({ signal }: { signal: AbortSignal }): Promise<Spec> => {
    const response = await getPlain(DOCUMENT, signal);
    if (!response.ok) throw new Error(`${response.status}`);
    return (await response.json()) as Spec;
  },
  staleTime: Number.POSITIVE_INFINITY,
};
const MOST = 60;

function List({ spec, title, operations }: { spec: Spec; title: string; operations: Operation[] }) {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const open = params.get('route');
  const toggle = (key: string) => {
    const next = new URLSearchParams(params);
    if (open === key) next.delete('route');
    else next.set('route', key);
    setParams(next, { replace: true });
  };
  const shown = operations.slice(0, MOST);
  return (
    <>
      <h2 className="px-4 pt-4 pb-2 font-semibold">
        {title} <span className="font-normal text-faint tabular-nums">{operations.length}</span>
      </h2>
      {operations.length === 0 ? (
        <EmptyState
          icon={<Search size={20} aria-hidden />}
          title={t('apiDocs.none')}
          text={t('apiDocs.noneText')}
        />
      ) : (
        <ul className="border-line border-t">
          {shown.map((operation) => (
            <OperationItem
              key={operation.key}
              spec={spec}
              operation={operation}
              open={open === operation.key}
              onToggle={() => toggle(operation.key)}
            />
          ))}
        </ul>
      )}
      {operations.length > MOST && <p className="px-4 py-3 text-muted text-xs">{t('apiDocs.narrow')}</p>}
    </>
  );
}

function Browser({ spec }: { spec: Spec }) {
  const { t } = useTranslation();
  const [params] = useSearchParams();
  const [text, setText] = useState('');
  const late = useDeferredValue(text.trim());
  const groups = groupsOf(spec);
  const tag = params.get('about') ?? groups[0]?.tags[0]?.name ?? '';
  const operations = operationsOf(spec);
  const shown = late ? search(operations, late) : operations.filter((operation) => operation.tag === tag);
  const sections = groups.map((group) => ({
    label: group.name,
    items: group.tags.map(({ name, count }) => ({
      to: `/api-docs?about=${encodeURIComponent(name)}`,
      label: name,
      current: !late && name === tag,
      count,
    })),
  }));
  return (
    <div className="flex min-h-0 flex-1 flex-col md:flex-row">
      <SideNav label={t('apiDocs.about')} sections={sections} />
      <section aria-label={t('nav.apiDocs')} className="min-h-0 min-w-0 flex-1 overflow-auto pb-8">
        <div className="sticky top-0 z-10 border-line border-b bg-surface px-4 py-2.5">
          <div className="relative max-w-xl">
            <Search size={14} aria-hidden className="absolute top-2.25 left-2.5 text-faint" />
            <Input
              type="search"
              className="pl-8"
              placeholder={t('apiDocs.search', { count: operations.length })}
              aria-label={t('apiDocs.searchLabel')}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          </div>
        </div>
        <List key={late || tag} spec={spec} title={late ? t('apiDocs.found') : tag} operations={shown} />
      </section>
    </div>
  );
}

export function ApiDocs() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(specQuery);
  return (
    <>
      <PageHead
        name={t('nav.apiDocs')}
        icon={<BookOpen size={16} strokeWidth={1.75} aria-hidden />}
        title={
          <>
            <h1 className="font-semibold text-base">{t('nav.apiDocs')}</h1>
            {data && <span className="text-faint text-xs">{data.info.version}</span>}
          </>
        }
      >
        <a href={DOCUMENT} download="openapi.json" className={buttonClass('outline', 'sm')}>
          <Download size={14} aria-hidden />
          {t('apiDocs.download')}
        </a>
      </PageHead>
      {error ? (
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <Browser spec={data} />
      ) : (
        <Waiting />
      )}
    </>
  );
}
