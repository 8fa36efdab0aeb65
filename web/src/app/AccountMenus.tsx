/* SPDX-License-Identifier: Apache-2.0 */
/* The organisation at the head of the sidebar and the person at its foot. */

import { useQuery, useQueryClient } from '@tanstack/react-query';
import {
  Check,
  ChevronsUpDown,
  Keyboard,
  Languages,
  LogOut,
  Monitor,
  Moon,
  ShieldCheck,
  Sun,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { messageOf } from '@/api/message';
import { useMeta } from '@/api/meta';
import { meQuery, signOut, switchOrganization } from '@/api/session';
import { languageChoice, choices as languages, setLanguage } from '@/i18n/language';
import { cn } from '@/lib/cn';
import { Avatar } from '@/ui/bits';
import { Menu, MenuItem, MenuLabel, MenuSeparator } from '@/ui/overlay';
import { toast } from '@/ui/toast';
import { shortcutsOpen } from './stores';
import { setTheme, type Theme, useTheme } from './theme';

export function OrganizationMenu({ narrow }: { narrow: boolean }) {
  const { t } = useTranslation();
  const { organization } = useMeta();
  const me = useQuery(meQuery);
  const client = useQueryClient();
  const navigate = useNavigate();
  const choices = me.data?.organizations ?? [{ id: organization.id, name: organization.name }];
  const change = async (id: string) => {
    if (id === organization.id) return;
    try {
      await switchOrganization(id);
      await navigate('/');
      await client.resetQueries();
    } catch (error) {
      toast.bad(messageOf(error));
    }
  };
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={narrow ? organization.name : undefined}
          className={cn(
            'flex h-8 min-w-0 flex-1 items-center gap-2 rounded-md hover:bg-hover',
            narrow ? 'w-8 justify-center' : 'px-1.5',
          )}
        >
          <Avatar name={organization.name} square />
          {!narrow && (
            <>
              <span className="min-w-0 truncate font-semibold">{organization.name}</span>
              <ChevronsUpDown size={12} className="shrink-0 text-faint" aria-hidden />
            </>
          )}
        </button>
      }
    >
      <MenuLabel>{t('auth.switch')}</MenuLabel>
      {choices.map((choice) => (
        <MenuItem key={choice.id} onClick={() => void change(choice.id)}>
          <Avatar name={choice.name} square />
          <span className="flex-1 truncate">{choice.name}</span>
          {choice.id === organization.id && <Check size={14} className="text-accent" aria-hidden />}
        </MenuItem>
      ))}
    </Menu>
  );
}

const themes = [
  ['light', Sun],
  ['dark', Moon],
  ['system', Monitor],
] as const satisfies [Theme, typeof Sun][];

export function UserMenu({ narrow }: { narrow: boolean }) {
  const { t } = useTranslation();
  const { user } = useMeta();
  const theme = useTheme();
  const client = useQueryClient();
  const navigate = useNavigate();
  const name = `${user.firstName} ${user.lastName}`.trim() || user.email;
  const leave = async () => {
    // Even if the server cannot be told, this browser forgets what it has shown.
    await signOut().catch(() => undefined);
    client.clear();
    await navigate('/sign-in');
  };
  return (
    <Menu
      side="top"
      trigger={
        <button
          type="button"
          aria-label={narrow ? name : undefined}
          className={cn(
            'mt-2 flex h-9 shrink-0 items-center gap-2 rounded-md hover:bg-hover',
            narrow ? 'w-8 justify-center' : 'px-1.5',
          )}
        >
          <Avatar name={name} size={24} />
          {!narrow && <span className="min-w-0 flex-1 truncate text-left">{name}</span>}
        </button>
      }
    >
      <div className="px-2 pt-1.5 pb-1">
        <div className="font-medium">{name}</div>
        <div className="text-muted text-xs">{user.email}</div>
      </div>
      <MenuSeparator />
      <MenuLabel>{t('theme.label')}</MenuLabel>
      {themes.map(([key, Icon]) => (
        <MenuItem key={key} onClick={() => setTheme(key)}>
          <Icon size={14} aria-hidden className="text-muted" />
          <span className="flex-1">{t(`theme.${key}`)}</span>
          {theme === key && <Check size={14} className="text-accent" aria-hidden />}
        </MenuItem>
      ))}
      <MenuSeparator />
      <MenuLabel>{t('language.label')}</MenuLabel>
      {languages.map((key) => (
        <MenuItem key={key} onClick={() => setLanguage(key)}>
          <Languages size={14} aria-hidden className="text-muted" />
          <span className="flex-1" lang={key === 'system' ? undefined : key}>
            {t(`language.${key}`)}
          </span>
          {languageChoice === key && <Check size={14} className="text-accent" aria-hidden />}
        </MenuItem>
      ))}
      <MenuSeparator />
      <MenuItem onClick={() => void navigate('/account')}>
        <ShieldCheck size={14} aria-hidden className="text-muted" />
        {t('account.title')}
      </MenuItem>
      <MenuItem onClick={() => shortcutsOpen.set(true)}>
        <Keyboard size={14} aria-hidden className="text-muted" />
        {t('palette.shortcuts')}
      </MenuItem>
      <MenuItem onClick={() => void leave()}>
        <LogOut size={14} aria-hidden className="text-muted" />
        {t('auth.signOut')}
      </MenuItem>
    </Menu>
  );
}
