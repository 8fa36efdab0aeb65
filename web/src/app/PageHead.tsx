/* SPDX-License-Identifier: Apache-2.0 */
/* The line at the top of every page: where one is, and what one can do here. */
import { Menu as MenuIcon } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { drawerOpen } from './stores';

export function PageHead(props: { title: ReactNode; name: string; icon?: ReactNode; children?: ReactNode }) {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = `${props.name} · ${t('app.name')}`;
  }, [props.name, t]);
  return (
    <header className="flex h-12 shrink-0 items-center gap-2 border-line border-b px-3 md:px-4">
      <button
        type="button"
        aria-label={t('app.menu')}
        onClick={() => drawerOpen.set(true)}
        className="-ml-1 inline-flex size-8 shrink-0 items-center justify-center rounded-md text-muted hover:bg-hover md:hidden"
      >
        <MenuIcon size={18} aria-hidden />
      </button>
      {props.icon && <span className="hidden text-muted md:inline-flex">{props.icon}</span>}
      <div className="flex min-w-0 flex-1 items-center gap-2">{props.title}</div>
      <div className="flex shrink-0 items-center gap-1.5">{props.children}</div>
    </header>
  );
}
