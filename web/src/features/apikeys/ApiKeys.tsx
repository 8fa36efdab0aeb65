/* SPDX-License-Identifier: Apache-2.0 */
/* API keys of the organisation: which there are, what they may, when they were used, and their end. */

import { useQuery } from '@tanstack/react-query';
import { Info, KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { remove } from '@/api/client';
import { useMeta } from '@/api/meta';
import type { FieldMeta } from '@/api/types';
import { ErrorNotice } from '@/app/ErrorBoundary';
import { useLocale } from '@/app/locale';
import { NotFound } from '@/app/NotFound';
import { PageHead } from '@/app/PageHead';
import { type Role, rolesQuery } from '@/features/roles/data';
import { useWrite } from '@/features/setup/data';
import { Waiting } from '@/features/setup/Waiting';
import { IdName } from '@/fields/shared/record';
import { formatDate, formatDateTime, formatRelative } from '@/lib/format';
import { ask } from '@/ui/ask';
import { EmptyState, Tag } from '@/ui/bits';
import { Button } from '@/ui/button';
import { toast } from '@/ui/toast';
import { type ApiKey, keysQuery, stateOf } from './data';
import { NewKey } from './NewKey';

const person: FieldMeta = { name: 'createdBy', label: '', type: 'reference', references: 'user' };
const tones = { active: 'green', expired: 'amber', revoked: 'gray' } as const;

function KeyRow({ apiKey, roles }: { apiKey: ApiKey; roles: Role[] }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const run = useWrite();
  const state = stateOf(apiKey);
  const { name } = apiKey;
  const revoke = async () => {
    const yes = await ask({
      title: t('apiKeys.revokeTitle', { name }),
      text: t('apiKeys.revokeText'),
      yes: t('apiKeys.revoke'),
      danger: true,
    });
    if (!yes) return;
    const done = await run(() => remove(`/api/v1/api-keys/${apiKey.id}`));
    if (done) toast.good(t('apiKeys.gone', { name }));
  };
  return (
    <li className="flex min-h-14 items-center gap-3 border-line border-b px-4 py-2">
      <span className="min-w-0 flex-1">
        <span className="flex items-center gap-2">
          <span className={state === 'active' ? 'truncate font-medium' : 'truncate text-muted'}>{name}</span>
          <Tag tone={tones[state]}>{t(`apiKeys.state.${state}`)}</Tag>
        </span>
        <span className="flex flex-wrap items-center gap-x-2 text-muted text-xs">
          <code>{apiKey.prefix}…</code>
          <span>{roles.find((r) => r.key === apiKey.role)?.name ?? apiKey.role}</span>
          {state !== 'revoked' && (
            <span>
              {apiKey.expiresAt
                ? t('apiKeys.expires', { day: formatDate(apiKey.expiresAt, locale) })
                : t('apiKeys.never')}
            </span>
          )}
        </span>
      </span>
      <span className="w-44 shrink-0 text-right text-faint text-xs max-md:hidden">
        {apiKey.lastUsedAt ? (
          <time dateTime={apiKey.lastUsedAt} title={formatDateTime(apiKey.lastUsedAt, locale)}>
            {t('apiKeys.used', { when: formatRelative(apiKey.lastUsedAt, locale) })}
          </time>
        ) : (
          t('apiKeys.unused')
        )}
      </span>
      <span className="w-40 min-w-0 shrink-0 truncate text-muted text-xs max-lg:hidden">
        {apiKey.createdBy && <IdName field={person} id={apiKey.createdBy} />}
      </span>
      {state !== 'revoked' && (
        <Button size="sm" aria-label={t('apiKeys.revokeOf', { name })} onClick={() => void revoke()}>
          {t('apiKeys.revoke')}
        </Button>
      )}
    </li>
  );
}

export function ApiKeys() {
  const { t } = useTranslation();
  const { can } = useMeta();
  const [making, setMaking] = useState(false);
  const administers = Boolean(can.administer);
  const { data, error, refetch } = useQuery({ ...keysQuery, enabled: administers });
  const { data: roles } = useQuery({ ...rolesQuery, enabled: administers });
  if (!administers) return <NotFound />;
  const create = (
    <Button look="primary" size="sm" onClick={() => setMaking(true)} disabled={!roles}>
      <Plus size={14} aria-hidden />
      {t('apiKeys.new')}
    </Button>
  );
  return (
    <>
      <PageHead
        name={t('nav.apiKeys')}
        icon={<KeyRound size={16} strokeWidth={1.75} aria-hidden />}
        title={<h1 className="font-semibold text-base">{t('nav.apiKeys')}</h1>}
      >
        {create}
      </PageHead>
      <div className="min-h-0 flex-1 overflow-auto">
        <p className="flex items-start gap-2 border-line border-b bg-subtle px-4 py-2.5 text-muted">
          <Info size={16} aria-hidden className="mt-0.5 shrink-0" />
          {t('apiKeys.later')}
        </p>
        {error ? (
          <ErrorNotice error={error} onRetry={() => void refetch()} />
        ) : !data ? (
          <Waiting />
        ) : data.length === 0 ? (
          <EmptyState
            icon={<KeyRound size={20} aria-hidden />}
            title={t('apiKeys.empty')}
            text={t('apiKeys.emptyText')}
          />
        ) : (
          <ul>
            {data.map((apiKey) => (
              <KeyRow key={apiKey.id} apiKey={apiKey} roles={roles ?? []} />
            ))}
          </ul>
        )}
      </div>
      {making && <NewKey roles={roles ?? []} onClose={() => setMaking(false)} />}
    </>
  );
}
