/* SPDX-License-Identifier: Apache-2.0 */
/* Where one is signed in, and the way out of any of it. */

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { LogOut, Monitor, Smartphone } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { ApiError } from '@/api/client';
import { messageOf } from '@/api/message';
import { useMeta } from '@/api/meta';
import { revokeSession, type Session, sessionsQuery, signOutEverywhere } from '@/api/session';
import { ErrorNotice } from '@/app/ErrorBoundary';
import { useLocale } from '@/app/locale';
import { formatRelative } from '@/lib/format';
import { Skeleton, Tag } from '@/ui/bits';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/overlay';
import { toast } from '@/ui/toast';
import { deviceOf } from './device';

function Row({ session, onRevoke }: { session: Session; onRevoke: () => Promise<void> }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { organization } = useMeta();
  const [busy, setBusy] = useState(false);
  const device = deviceOf(session.userAgent);
  const Icon = device.isHandheld ? Smartphone : Monitor;
  const name = [device.browser, device.system].filter(Boolean).join(' · ') || t('account.unknownDevice');
  const facts = [
    session.address,
    session.organization.id === organization.id ? null : session.organization.name,
    t('account.seen', { when: formatRelative(session.lastSeenAt, locale) }),
  ];
  const revoke = async () => {
    setBusy(true);
    await onRevoke();
    setBusy(false);
  };
  return (
    <li className="flex min-h-14 items-center gap-3 border-line border-b py-2 last:border-b-0">
      <Icon size={18} strokeWidth={1.5} className="shrink-0 text-muted" aria-hidden />
      <div className="min-w-0 flex-1">
        <div className="flex items-center gap-2">
          <span className="truncate font-medium" title={session.userAgent ?? undefined}>
            {name}
          </span>
          {session.current && <Tag tone="green">{t('account.thisSession')}</Tag>}
        </div>
        <div className="truncate text-muted text-xs">{facts.filter(Boolean).join(' · ')}</div>
      </div>
      {!session.current && (
        <Button
          size="sm"
          busy={busy}
          aria-label={t('account.revokeOf', { name })}
          onClick={() => void revoke()}
        >
          {t('auth.signOut')}
        </Button>
      )}
    </li>
  );
}

function EverywhereDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const leave = async () => {
    setBusy(true);
    try {
      await signOutEverywhere();
      client.clear();
      await navigate('/sign-in');
    } catch (error) {
      toast.bad(messageOf(error));
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('account.everywhere')}
      className="max-w-md"
    >
      <div className="flex flex-col gap-4 px-5 pb-5">
        <p className="text-muted">{t('account.everywhereText')}</p>
        <div className="flex justify-end gap-2">
          <Button look="ghost" onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button look="primary" busy={busy} onClick={() => void leave()}>
            {t('account.everywhere')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

export function Sessions() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const list = useQuery(sessionsQuery);
  const revoke = async (id: string) => {
    try {
      await revokeSession(id);
      toast.good(t('account.revoked'));
    } catch (error) {
      // Somebody else was faster: the list tells.
      if (!(error instanceof ApiError && error.status === 404)) toast.bad(messageOf(error));
    }
    await client.invalidateQueries({ queryKey: ['sessions'] });
  };
  if (list.error) return <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />;
  const sessions = list.data && [...list.data].sort((a, b) => Number(b.current) - Number(a.current));
  return (
    <>
      {sessions ? (
        <ul className="rounded-lg bg-surface px-3 shadow-panel">
          {sessions.map((session) => (
            <Row key={session.id} session={session} onRevoke={() => revoke(session.id)} />
          ))}
        </ul>
      ) : (
        <Skeleton className="h-14 w-full" />
      )}
      <Button className="mt-3" onClick={() => setAsking(true)}>
        <LogOut size={14} aria-hidden />
        {t('account.everywhere')}
      </Button>
      {asking && <EverywhereDialog onClose={() => setAsking(false)} />}
    </>
  );
}
