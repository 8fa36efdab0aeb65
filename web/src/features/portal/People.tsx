/* SPDX-License-Identifier: Apache-2.0 */
/* The sub-accounts of a partner, which its administrator invites, deactivates and lets in again. */

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { MailPlus, UserCog, UsersRound } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { getPage, patch, post, remove } from '@/api/client';
import { messageOf } from '@/api/message';
import { useMeta } from '@/api/meta';
import { ErrorNotice } from '@/app/ErrorBoundary';
import { useLocale } from '@/app/locale';
import { PageHead } from '@/app/PageHead';
import { InviteDialog } from '@/features/members/InviteDialog';
import { formatRelative } from '@/lib/format';
import { ask } from '@/ui/ask';
import { Avatar, EmptyState, Tag } from '@/ui/bits';
import { Button } from '@/ui/button';
import { toast } from '@/ui/toast';
import { type Person, pathOf, peopleQuery, personName, usePartnerId } from './data';
import { Lines } from './parts';

const roles = ['partner_user', 'partner_admin'] as const;
const isRole = (role: string): role is (typeof roles)[number] => (roles as readonly string[]).includes(role);
const wordOf = (role: string) => `portal.role.${isRole(role) ? role : 'other'}` as const;

type Invited = { id: string; email: string; role: string; createdAt: string; token?: string; url?: string };

const invitedQuery = {
  queryKey: ['portal', 'invited'],
  queryFn: async () => (await getPage<Invited>('/api/v1/invitations')).data,
};

/** Runs a change of the people and says how it went. */
function useChange() {
  const client = useQueryClient();
  return async (change: () => Promise<unknown>, said: string) => {
    try {
      await change();
      toast.good(said);
      await client.invalidateQueries({ queryKey: ['portal'] });
    } catch (error) {
      toast.bad(messageOf(error));
    }
  };
}

function Row({ person }: { person: Person }) {
  const { t } = useTranslation();
  const { user } = useMeta();
  const locale = useLocale();
  const partnerId = usePartnerId();
  const run = useChange();
  const name = personName(person);
  const path = `${pathOf(partnerId)}/users/${person.id}`;
  const leave = async () => {
    const sure = await ask({
      title: t('portal.deactivateTitle', { name }),
      text: t('portal.deactivateText'),
      yes: t('portal.deactivate'),
      danger: true,
    });
    if (sure) await run(() => remove(path), t('portal.deactivated', { name }));
  };
  return (
    <li className="flex min-h-14 items-center gap-3 px-4 py-2">
      <span className={person.active ? '' : 'opacity-50'}>
        <Avatar name={name} size={24} />
      </span>
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">
          {name}
          {person.id === user.id && (
            <span className="ml-1.5 font-normal text-faint text-xs">{t('portal.you')}</span>
          )}
        </span>
        <span className="block truncate text-muted text-xs">{person.email}</span>
      </span>
      <span className="w-32 shrink-0 text-faint text-xs max-md:hidden">
        {person.lastLoginAt
          ? t('portal.seen', { when: formatRelative(person.lastLoginAt, locale) })
          : t('portal.never')}
      </span>
      <span className="shrink-0 md:w-28">
        <Tag tone={person.role === 'partner_admin' ? 'violet' : 'gray'}>{t(wordOf(person.role))}</Tag>
      </span>
      <span className="flex w-28 shrink-0 justify-end">
        {!person.active ? (
          <Button
            size="sm"
            aria-label={t('portal.reactivateName', { name })}
            onClick={() => void run(() => patch(path, { active: true }), t('portal.reactivated', { name }))}
          >
            {t('portal.reactivate')}
          </Button>
        ) : (
          person.id !== user.id && (
            <Button
              size="sm"
              look="ghost"
              aria-label={t('portal.deactivateName', { name })}
              onClick={() => void leave()}
            >
              {t('portal.deactivate')}
            </Button>
          )
        )}
      </span>
    </li>
  );
}

function Pending() {
  const { t } = useTranslation();
  const locale = useLocale();
  const run = useChange();
  const { data } = useQuery(invitedQuery);
  if (!data?.length) return null;
  return (
    <section aria-labelledby="invited">
      <h2 id="invited" className="px-4 pt-4 pb-1 font-medium text-muted text-xs">
        {t('portal.pending')}
      </h2>
      <ul className="divide-y divide-line border-line border-b">
        {data.map(({ id, email, role, createdAt }) => (
          <li key={id} className="flex min-h-11 items-center gap-3 px-4 py-1.5">
            <span className="min-w-0 flex-1 truncate font-medium">{email}</span>
            <span className="text-faint text-xs max-md:hidden">{formatRelative(createdAt, locale)}</span>
            <Tag>{t(wordOf(role))}</Tag>
            <Button
              size="sm"
              look="ghost"
              onClick={() => void run(() => remove(`/api/v1/invitations/${id}`), t('portal.revoked'))}
            >
              {t('portal.revoke')}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Group({ title, id, people }: { title: string; id: string; people: Person[] }) {
  if (people.length === 0) return null;
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className="px-4 pt-4 pb-1 font-medium text-muted text-xs">
        {title} <span className="text-faint tabular-nums">{people.length}</span>
      </h2>
      <ul className="divide-y divide-line border-line border-b">
        {people.map((person) => (
          <Row key={person.id} person={person} />
        ))}
      </ul>
    </section>
  );
}

export function People() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const partnerId = usePartnerId();
  const { data, error, refetch } = useQuery(peopleQuery(partnerId));
  const [inviting, setInviting] = useState(false);
  const invite = async (email: string, role: string) => {
    const { token, url } = await post<Invited>(`${pathOf(partnerId)}/users`, { email, role });
    await client.invalidateQueries({ queryKey: ['portal', 'invited'] });
    return token
      ? `${window.location.origin}/accept-invitation#token=${encodeURIComponent(token)}`
      : (url ?? '');
  };
  return (
    <>
      <PageHead
        name={t('portal.people')}
        icon={<UserCog size={16} strokeWidth={1.75} aria-hidden />}
        title={<h1 className="font-semibold text-base">{t('portal.people')}</h1>}
      >
        <Button look="primary" size="sm" onClick={() => setInviting(true)}>
          <MailPlus size={14} aria-hidden />
          {t('portal.invite')}
        </Button>
      </PageHead>
      <div className="min-h-0 flex-1 overflow-y-auto">
        {error ? (
          <ErrorNotice error={error} onRetry={() => void refetch()} />
        ) : !data ? (
          <Lines count={4} />
        ) : (
          <>
            <Pending />
            <Group id="active" title={t('portal.active')} people={data.filter(({ active }) => active)} />
            <Group id="left" title={t('portal.left')} people={data.filter(({ active }) => !active)} />
            {data.length === 1 && (
              <EmptyState
                icon={<UsersRound size={20} aria-hidden />}
                title={t('portal.alone')}
                text={t('portal.aloneText')}
              />
            )}
          </>
        )}
      </div>
      {inviting && (
        <InviteDialog
          roles={roles.map((key) => ({ key, label: t(wordOf(key)) }))}
          onInvite={invite}
          onClose={() => setInviting(false)}
        />
      )}
    </>
  );
}
