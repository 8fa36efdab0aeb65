/* SPDX-License-Identifier: Apache-2.0 */
/* Everybody's sessions, for administrators: who is signed in with what, and the end of it. */

import { useQuery } from '@tanstack/react-query';
import { Monitor, MonitorSmartphone, Smartphone } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMeta } from '@/api/meta';
import { sessionsQuery } from '@/api/session';
import { ErrorNotice } from '@/app/ErrorBoundary';
import { useLocale } from '@/app/locale';
import { NotFound } from '@/app/NotFound';
import { PageHead } from '@/app/PageHead';
import { deviceOf } from '@/features/account/device';
import { useWrite } from '@/features/setup/data';
import { Waiting } from '@/features/setup/Waiting';
import { formatDateTime, formatRelative } from '@/lib/format';
import { Avatar, Tag } from '@/ui/bits';
import { Button } from '@/ui/button';
import { toast } from '@/ui/toast';
import { endSession, type OpenSession, openSessionsQuery, type Person, peopleOf } from './data';

function SessionRow(props: { session: OpenSession; person: string; isThis: boolean }) {
  const { session, person, isThis } = props;
  const { t } = useTranslation();
  const locale = useLocale();
  const run = useWrite();
  const [busy, setBusy] = useState(false);
  const device = deviceOf(session.userAgent);
  const Icon = device.isHandheld ? Smartphone : Monitor;
  const name = [device.browser, device.system].filter(Boolean).join(' · ') || t('account.unknownDevice');
  const end = async () => {
    setBusy(true);
    if (await run(() => endSession(session.id))) toast.good(t('sessions.ended', { name: person }));
    setBusy(false);
  };
  return (
    <li className="flex min-h-11 items-center gap-3 py-1 pl-8">
      <Icon size={16} strokeWidth={1.5} className="shrink-0 text-muted" aria-hidden />
      <span className="min-w-0 flex-1">
        <span className="flex items-center gap-2">
          <span className="truncate" title={session.userAgent ?? undefined}>
            {name}
          </span>
          {isThis && <Tag tone="green">{t('account.thisSession')}</Tag>}
        </span>
        <span className="block truncate text-muted text-xs">
          {session.address} ·{' '}
          <time dateTime={session.lastSeenAt} title={formatDateTime(session.lastSeenAt, locale)}>
            {t('account.seen', { when: formatRelative(session.lastSeenAt, locale) })}
          </time>
        </span>
      </span>
      {!isThis && (
        <Button
          size="sm"
          busy={busy}
          aria-label={t('sessions.endOf', { name: person, device: name })}
          onClick={() => void end()}
        >
          {t('sessions.end')}
        </Button>
      )}
    </li>
  );
}

function PersonItem({ person, own }: { person: Person; own: string | undefined }) {
  const { t } = useTranslation();
  const run = useWrite();
  const [busy, setBusy] = useState(false);
  const others = person.sessions.filter((session) => session.id !== own);
  const endAll = async () => {
    setBusy(true);
    const done = await run(async () => {
      for (const session of others) await endSession(session.id);
    });
    if (done) toast.good(t('sessions.endedAll', { name: person.name, count: others.length }));
    setBusy(false);
  };
  return (
    <li className="border-line border-b px-4 py-2">
      <div className="flex min-h-8 items-center gap-2">
        <Avatar name={person.name || '?'} size={24} />
        <h2 className="min-w-0 flex-1 truncate font-medium">
          <Link to={`/users/${person.id}`} className="rounded-sm hover:text-accent">
            {person.name}
          </Link>{' '}
          <span className="font-normal text-faint text-xs tabular-nums">{person.sessions.length}</span>
        </h2>
        {others.length > 1 && (
          <Button
            look="ghost"
            size="sm"
            busy={busy}
            aria-label={t('sessions.endAllOf', { name: person.name })}
            onClick={() => void endAll()}
          >
            {t('sessions.endAll')}
          </Button>
        )}
      </div>
      <ul>
        {person.sessions.map((session) => (
          <SessionRow key={session.id} session={session} person={person.name} isThis={session.id === own} />
        ))}
      </ul>
    </li>
  );
}

export function Sessions() {
  const { t } = useTranslation();
  const { can } = useMeta();
  const administers = Boolean(can.administer);
  const { data, error, refetch } = useQuery({ ...openSessionsQuery, enabled: administers });
  const { data: mine } = useQuery(sessionsQuery);
  if (!administers) return <NotFound />;
  const own = mine?.find((session) => session.current)?.id;
  return (
    <>
      <PageHead
        name={t('nav.sessions')}
        icon={<MonitorSmartphone size={16} strokeWidth={1.75} aria-hidden />}
        title={<h1 className="font-semibold text-base">{t('nav.sessions')}</h1>}
      />
      <div className="min-h-0 flex-1 overflow-auto">
        <p className="border-line border-b bg-subtle px-4 py-2.5 text-muted">{t('sessions.text')}</p>
        {error ? (
          <ErrorNotice error={error} onRetry={() => void refetch()} />
        ) : data && mine ? (
          <ul className="mx-auto max-w-3xl">
            {peopleOf(data).map((person) => (
              <PersonItem key={person.id} person={person} own={own} />
            ))}
          </ul>
        ) : (
          <Waiting />
        )}
      </div>
    </>
  );
}
