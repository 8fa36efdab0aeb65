/* SPDX-License-Identifier: Apache-2.0 */
/* A person with the role, which is changed here, and the way out and back in. */

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Check, ChevronsUpDown, Ellipsis, User, UserRoundCheck, UserRoundX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { messageOf } from '@/api/message';
import { useLocale } from '@/app/locale';
import type { Role } from '@/features/roles/data';
import { formatRelative } from '@/lib/format';
import { Avatar } from '@/ui/bits';
import { Button } from '@/ui/button';
import { Menu, MenuItem, MenuLabel } from '@/ui/overlay';
import { toast } from '@/ui/toast';
import { type Member, nameOf, reactivate, setRole } from './data';

/** Partners' roles are for partners' people, and the others for one's own. */
const isFor = (member: Member, role: Role): boolean =>
  role.preset.startsWith('partner_') === Boolean(member.partner);

function RoleMenu({ member, roles }: { member: Member; roles: Role[] }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const name = roles.find((role) => role.key === member.role)?.name ?? member.role;
  const write = useMutation({
    mutationFn: (key: string) => setRole(member.id, key),
    onSuccess: () => client.invalidateQueries({ queryKey: ['list', 'user'] }),
    onError: (error) =>
      toast.bad(t('members.roleStays', { name: nameOf(member) }), {
        description: messageOf(error),
      }),
  });
  if (!member.active) return <span className="px-2 text-muted">{name}</span>;
  return (
    <Menu
      trigger={
        <Button
          look="ghost"
          size="sm"
          busy={write.isPending}
          aria-label={t('members.roleOf', { name: nameOf(member), role: name })}
        >
          {name}
          <ChevronsUpDown size={12} aria-hidden className="text-faint" />
        </Button>
      }
    >
      <MenuLabel>{t('members.role')}</MenuLabel>
      {roles
        .filter((role) => isFor(member, role))
        .map((role) => (
          <MenuItem key={role.id} onClick={() => role.key !== member.role && write.mutate(role.key)}>
            <span className="flex-1">{role.name}</span>
            {role.key === member.role && <Check size={14} aria-hidden className="text-accent" />}
          </MenuItem>
        ))}
    </Menu>
  );
}

export function MemberRow(props: { member: Member; roles: Role[]; isMe: boolean; onLeave: () => void }) {
  const { member, roles, isMe, onLeave } = props;
  const { t } = useTranslation();
  const locale = useLocale();
  const client = useQueryClient();
  const navigate = useNavigate();
  const name = nameOf(member);
  const comeBack = async () => {
    try {
      await reactivate(member.id);
      toast.good(t('members.back', { name }));
      await client.invalidateQueries({ queryKey: ['list', 'user'] });
    } catch (error) {
      toast.bad(messageOf(error));
    }
  };
  return (
    <li className="flex min-h-13 items-center gap-3 border-line border-b px-4 py-1.5 hover:bg-hover">
      <span className={member.active ? '' : 'opacity-50'}>
        <Avatar name={name} size={24} />
      </span>
      <span className="min-w-0 flex-1">
        <Link to={`/users/${member.id}`} className="truncate rounded-sm font-medium hover:text-accent">
          {name}
        </Link>
        {isMe && <span className="ml-1.5 text-faint text-xs">{t('members.you')}</span>}
        <span className="block truncate text-muted text-xs">
          {[member.email, member.jobTitle].filter(Boolean).join(' · ')}
        </span>
      </span>
      <span className="w-40 min-w-0 shrink-0 truncate text-muted max-lg:hidden">
        {member.partner?.name ?? member.team?.name}
      </span>
      <span className="w-28 shrink-0 text-faint text-xs max-md:hidden">
        {member.lastLoginAt ? t('members.seen', { when: formatRelative(member.lastLoginAt, locale) }) : ''}
      </span>
      <span className="shrink-0 md:w-36">
        <RoleMenu member={member} roles={roles} />
      </span>
      <Menu
        align="end"
        trigger={
          <Button look="ghost" size="iconSm" aria-label={t('members.more', { name })}>
            <Ellipsis size={16} aria-hidden />
          </Button>
        }
      >
        <MenuItem onClick={() => void navigate(`/users/${member.id}`)}>
          <User size={14} aria-hidden className="text-muted" />
          {t('members.open')}
        </MenuItem>
        {member.active ? (
          <MenuItem danger disabled={isMe} onClick={onLeave}>
            <UserRoundX size={14} aria-hidden />
            {t('members.deactivate')}
          </MenuItem>
        ) : (
          <MenuItem onClick={() => void comeBack()}>
            <UserRoundCheck size={14} aria-hidden className="text-muted" />
            {t('members.reactivate')}
          </MenuItem>
        )}
      </Menu>
    </li>
  );
}
