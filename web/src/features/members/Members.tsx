/* SPDX-License-Identifier: Apache-2.0 */
/* Who belongs to the organisation, and the links that let others in. */

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { MailPlus, UsersRound } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, getPage, post, remove } from '@/api/client';
import { findEntity, useMeta } from '@/api/meta';
import { includesOf, listQuery } from '@/api/records';
import type { FieldOption } from '@/api/types';
import { ErrorNotice } from '@/app/ErrorBoundary';
import { useLocale } from '@/app/locale';
import { NotFound } from '@/app/NotFound';
import { PageHead } from '@/app/PageHead';
import { formatRelative } from '@/lib/format';
import { useNarrow } from '@/lib/narrow';
import { shownFields } from '@/records/columns';
import { RecordCards } from '@/records/list/Cards';
import { RecordTable } from '@/records/list/Table';
import { Button } from '@/ui/button';
import { toast } from '@/ui/toast';
import { InviteDialog } from './InviteDialog';

export type Invitation = { id: string; email: string; role: string; createdAt?: string; expiresAt?: string };

const invitationsQuery = {
  queryKey: ['invitations'],
  queryFn: () => getPage<Invitation>('/api/v1/invitations'),
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
      toast.bad(error instanceof ApiError ? error.message : t('error.unknown'));
    }
  };
  return (
    <section aria-labelledby="pending" className="border-line border-t">
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

const fallbackRoles: FieldOption[] = ['admin', 'manager', 'user', 'accountant'].map((key) => ({
  key,
  label: key.charAt(0).toUpperCase() + key.slice(1),
}));

export function Members() {
  const { t } = useTranslation();
  const meta = useMeta();
  const narrow = useNarrow();
  const client = useQueryClient();
  const [inviting, setInviting] = useState(false);
  const entity = findEntity(meta, 'user');
  const fields = useMemo(() => (entity ? shownFields(entity, null) : []), [entity]);
  const include = includesOf(fields);
  const list = useQuery(listQuery(entity, `limit=200${include ? `&include=${include}` : ''}`));
  if (!entity || !meta.can.administer) return <NotFound />;
  const roles = entity.fields.find((f) => f.name === 'role')?.options ?? fallbackRoles;
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
      <div className="min-h-0 flex-1 overflow-auto">
        {list.error ? (
          <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />
        ) : narrow ? (
          <RecordCards entity={entity} fields={fields} rows={list.data?.data} />
        ) : (
          <RecordTable entity={entity} fields={fields} rows={list.data?.data} />
        )}
        <Pending roles={roles} />
      </div>
      {inviting && <InviteDialog roles={roles} onInvite={invite} onClose={() => setInviting(false)} />}
    </>
  );
}
