/* SPDX-License-Identifier: Apache-2.0 */
/* Who belongs to the organisation, and the links that let others in. */

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { MailPlus, UsersRound } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { getPage, post, remove } from '@/api/client';
import { messageOf } from '@/api/message';
import { useMeta } from '@/api/meta';
import type { FieldOption } from '@/api/types';
import { ErrorNotice } from '@/app/ErrorBoundary';
import { useLocale } from '@/app/locale';
import { NotFound } from '@/app/NotFound';
import { PageHead } from '@/app/PageHead';
import { rolesQuery } from '@/features/roles/data';
import { formatRelative } from '@/lib/format';
import { Skeleton } from '@/ui/bits';
import { Button } from '@/ui/button';
import { toast } from '@/ui/toast';
import { type Member, membersQuery, nameOf, sections } from './data';
import { InviteDialog } from './InviteDialog';
import { LeaveDialog } from './LeaveDialog';
import { MemberRow } from './MemberRow';

export type Invitation = { id: string; email: string; role: string; createdAt?: string; expiresAt?: string };

const invitationsQuery = {
  queryKey: ['invitations'],
  queryFn: () => getPage<Invitation>('/api/v1/invitations'),
  staleTime: 0,
};

function Pending({ roles }: { roles: FieldOption[] }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const client = useQueryClient();
  const { data } = useQuery(invitationsQuery);
  if (!data?.data.length) return null;
  const revoke = async (id: string) => {
    try {
      await remove(`/api/v1/invitations/${id}`);
      toast.good(t('members.revoked'));
      await client.invalidateQueries({ queryKey: ['invitations'] });
    } catch (error) {
      toast.bad(messageOf(error));
    }
  };
  return (
    <section aria-labelledby="pending">
      <h2 id="pending" className="px-4 pt-4 pb-1 font-medium text-muted text-xs">
        {t('members.pending')}
      </h2>
      <ul>
        {data.data.map((invitation) => (
          <li
            key={invitation.id}
            className="flex min-h-10 flex-wrap items-center gap-x-3 border-line border-b px-4 py-1"
          >
            <span className="min-w-0 flex-1 truncate font-medium">{invitation.email}</span>
            <span className="text-muted">
              {roles.find((r) => r.key === invitation.role)?.label ?? invitation.role}
            </span>
            {invitation.createdAt && (
              <span className="text-faint text-xs">{formatRelative(invitation.createdAt, locale)}</span>
            )}
            <Button look="ghost" size="sm" onClick={() => void revoke(invitation.id)}>
              {t('members.revoke')}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function People({ onLeave }: { onLeave: (member: Member) => void }) {
  const { t } = useTranslation();
  const { user } = useMeta();
  const { data, error, refetch } = useQuery(membersQuery);
  const { data: roles } = useQuery(rolesQuery);
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (!data) {
    return (
      <div className="flex flex-col gap-7 p-5">
        {[0, 1, 2, 3, 4].map((row) => (
          <Skeleton key={row} className="h-5 w-full" />
        ))}
      </div>
    );
  }
  return sections(data).map(({ key, members }) => (
    <section key={key} aria-labelledby={`members-${key}`}>
      <h2 id={`members-${key}`} className="px-4 pt-4 pb-1 font-medium text-muted text-xs">
        {t(`members.${key}`)} <span className="text-faint tabular-nums">{members.length}</span>
      </h2>
      <ul>
        {members.map((member) => (
          <MemberRow
            key={member.id}
            member={member}
            roles={roles ?? []}
            isMe={member.id === user.id}
            onLeave={() => onLeave(member)}
          />
        ))}
      </ul>
    </section>
  ));
}

export function Members() {
  const { t } = useTranslation();
  const { can } = useMeta();
  const client = useQueryClient();
  const [inviting, setInviting] = useState(false);
  const [leaving, setLeaving] = useState<Member | null>(null);
  const { data: roles } = useQuery({ ...rolesQuery, enabled: Boolean(can.administer) });
  const { data: members } = useQuery({ ...membersQuery, enabled: Boolean(can.administer) });
  if (!can.administer) return <NotFound />;
  const options: FieldOption[] = (roles ?? [])
    .filter((role) => !role.preset.startsWith('partner_'))
    .map((role) => ({ key: role.key, label: role.name }));
  const invite = async (email: string, role: string) => {
    const answer = await post<Invitation & { token?: string; link?: string; url?: string }>(
      '/api/v1/invitations',
      {
        email,
        role,
      },
    );
    await client.invalidateQueries({ queryKey: ['invitations'] });
    return answer.token
      ? `${window.location.origin}/accept-invitation#token=${encodeURIComponent(answer.token)}`
      : (answer.link ?? answer.url ?? '');
  };
  const hasLeft = (member: Member) => {
    setLeaving(null);
    toast.good(t('members.hasLeft', { name: nameOf(member) }));
    void client.invalidateQueries();
  };
  return (
    <>
      <PageHead
        name={t('members.title')}
        icon={<UsersRound size={16} strokeWidth={1.75} aria-hidden />}
        title={<h1 className="font-semibold text-base">{t('members.title')}</h1>}
      >
        <Button look="primary" size="sm" onClick={() => setInviting(true)}>
          <MailPlus size={14} aria-hidden />
          {t('members.invite')}
        </Button>
      </PageHead>
      <div className="min-h-0 flex-1 overflow-auto pb-4">
        <Pending roles={options} />
        <People onLeave={setLeaving} />
      </div>
      {inviting && <InviteDialog roles={options} onInvite={invite} onClose={() => setInviting(false)} />}
      {leaving && (
        <LeaveDialog
          member={leaving}
          others={(members ?? []).filter((m) => m.active && !m.partner && m.id !== leaving.id)}
          onDone={() => hasLeft(leaving)}
          onClose={() => setLeaving(null)}
        />
      )}
    </>
  );
}
