/* SPDX-License-Identifier: Apache-2.0 */
/* Navigation: overview, entities by group, and the account at the foot. */

import { ChevronRight, PanelLeft, Search } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { NavLink, useLocation } from 'react-router';
import { slugOf, useMeta } from '@/api/meta';
import { cn } from '@/lib/cn';
import { Kbd } from '@/ui/bits';
import { modKey } from './hotkeys';
import { EntityIcon } from './icons';
import { Bell, OrganizationMenu, UserMenu } from './menus.lazy';
import { type NavGroup, navGroups } from './nav';
import { type Page, pagesFor } from './pages';
import { paletteOpen, sidebarCollapsed } from './stores';

const rowClass = (active: boolean, narrow: boolean) =>
  cn(
    'flex h-7.5 shrink-0 items-center gap-2.5 rounded-md text-sm transition-colors',
    narrow ? 'w-8 justify-center' : 'px-2',
    active ? 'bg-active font-medium text-text' : 'text-muted hover:bg-hover hover:text-text',
  );

function Row({ to, label, icon, narrow }: { to: string; label: string; icon: ReactNode; narrow: boolean }) {
  return (
    <NavLink
      to={to}
      end={to === '/'}
      title={narrow ? label : undefined}
      aria-label={narrow ? label : undefined}
      className={({ isActive }) => rowClass(isActive, narrow)}
    >
      {icon}
      {!narrow && <span className="truncate">{label}</span>}
    </NavLink>
  );
}

function Group({ group, narrow }: { group: NavGroup; narrow: boolean }) {
  const { t } = useTranslation();
  const at = useLocation().pathname.split('/')[1] ?? '';
  const pages = pagesFor(useMeta(), 'admin');
  const isHere =
    group.entities.some((entity) => at === slugOf(entity)) ||
    (group.key === 'admin' && pages.some((page) => page.path === `/${at}`));
  const [open, setOpen] = useState(group.key !== 'admin' || isHere);
  const known = ['crm', 'sales', 'work', 'admin'] as const;
  const key = known.find((k) => k === group.key);
  const label = key ? t(`nav.${key}`) : group.key === 'other' ? t('nav.other') : group.key;
  return (
    <div className="flex flex-col gap-px">
      {narrow ? (
        <hr className="mx-1 my-1.5 border-line" />
      ) : (
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className="group mt-3 flex h-6 items-center gap-1 rounded-md px-2 font-medium text-faint text-xs hover:text-text"
        >
          {label}
          <ChevronRight
            size={12}
            aria-hidden
            className={cn('transition-transform', open ? 'rotate-90 opacity-0 group-hover:opacity-100' : '')}
          />
        </button>
      )}
      {(open || narrow) && group.key === 'admin' && <PageRows place="admin" narrow={narrow} />}
      {(open || narrow) &&
        group.entities.map((entity) => (
          <Row
            key={entity.name}
            to={`/${slugOf(entity)}`}
            label={entity.labelPlural}
            icon={<EntityIcon entity={entity} />}
            narrow={narrow}
          />
        ))}
    </div>
  );
}

function PageRows({ place, narrow }: { place: Page['place']; narrow: boolean }) {
  const { t } = useTranslation();
  return pagesFor(useMeta(), place).map(({ path, label, icon: Icon }) => (
    <Row
      key={path}
      to={path}
      label={t(`nav.${label}`)}
      icon={<Icon size={16} strokeWidth={1.75} aria-hidden />}
      narrow={narrow}
    />
  ));
}

export function Sidebar({ collapsed: narrow, inDrawer }: { collapsed: boolean; inDrawer?: boolean }) {
  const { t } = useTranslation();
  const meta = useMeta();
  const toggle = narrow ? t('app.expand') : t('app.collapse');
  return (
    <nav
      aria-label={t('nav.main')}
      className={cn('flex h-full flex-col px-2 pt-2 pb-2', narrow ? 'w-12' : inDrawer ? 'w-full' : 'w-58')}
    >
      <div className={cn('flex items-center gap-1', narrow && 'flex-col')}>
        <OrganizationMenu narrow={narrow} />
        <Bell />
        {!inDrawer && (
          <button
            type="button"
            title={toggle}
            aria-label={toggle}
            onClick={() => sidebarCollapsed.set(!narrow)}
            className="inline-flex size-7 shrink-0 items-center justify-center rounded-md text-faint hover:bg-hover hover:text-text"
          >
            <PanelLeft size={16} strokeWidth={1.75} aria-hidden />
          </button>
        )}
      </div>
      <button
        type="button"
        title={narrow ? t('nav.search') : undefined}
        aria-label={narrow ? t('nav.search') : undefined}
        onClick={() => paletteOpen.set(true)}
        className={cn(
          'mt-2 mb-2 flex h-8 shrink-0 items-center gap-2 rounded-md text-faint text-sm',
          narrow ? 'w-8 justify-center hover:bg-hover' : 'bg-surface px-2 shadow-panel hover:text-muted',
        )}
      >
        <Search size={14} aria-hidden />
        {!narrow && (
          <>
            <span className="flex-1 text-left">{t('nav.search')}</span>
            <Kbd>{modKey}</Kbd>
            <Kbd>K</Kbd>
          </>
        )}
      </button>
      <div className="-mx-2 flex min-h-0 flex-1 flex-col gap-px overflow-y-auto px-2">
        <PageRows place="top" narrow={narrow} />
        {navGroups(meta).map((group) => (
          <Group key={group.key} group={group} narrow={narrow} />
        ))}
        <div className="mt-3 flex flex-col gap-px">
          <PageRows place="foot" narrow={narrow} />
        </div>
      </div>
      <UserMenu narrow={narrow} />
    </nav>
  );
}
