/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of a record: those that hold something stand in the bar, the empty ones wait behind "More". */

import { ChevronDown } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '@/lib/cn';
import { buttonClass } from '@/ui/button';
import { Menu, MenuItem } from '@/ui/overlay';

export type Tab = {
  key: string;
  label: string;
  count?: ReactNode;
  body: ReactNode;
  /** Nothing in it so far, or seldom looked at. */
  quiet?: boolean;
};

export function TabBar({ tabs, at, onTab }: { tabs: Tab[]; at: string; onTab: (key: string) => void }) {
  const { t } = useTranslation();
  const bar = useRef<HTMLDivElement>(null);
  const shown = tabs.filter((tab) => !tab.quiet || tab.key === at);
  useEffect(() => {
    // On a narrow screen the one that is open may stand outside of what is seen.
    const open = bar.current?.querySelector(`[data-tab="${CSS.escape(at)}"]`);
    open?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [at]);
  const quiet = tabs.filter((tab) => !shown.includes(tab));
  const move = (step: number) => {
    const index = shown.findIndex((tab) => tab.key === at);
    const next = shown[(index + step + shown.length) % shown.length];
    if (!next) return;
    onTab(next.key);
    bar.current?.querySelector<HTMLElement>(`[data-tab="${CSS.escape(next.key)}"]`)?.focus();
  };
  return (
    <div className="flex h-11 shrink-0 items-stretch border-line border-b px-3">
      <div
        ref={bar}
        role="tablist"
        aria-label={t('record.tabs')}
        onKeyDown={(event) => {
          if (event.key === 'ArrowRight') move(1);
          if (event.key === 'ArrowLeft') move(-1);
        }}
        className="flex min-w-0 items-stretch gap-1 overflow-x-auto [scrollbar-width:none]"
      >
        {shown.map((tab) => (
          <button
            key={tab.key}
            data-tab={tab.key}
            type="button"
            role="tab"
            id={`tab-${tab.key}`}
            aria-selected={tab.key === at}
            aria-controls={tab.key === at ? 'tab-panel' : undefined}
            tabIndex={tab.key === at ? 0 : -1}
            onClick={() => onTab(tab.key)}
            className={cn(
              'relative flex shrink-0 items-center gap-1.5 px-2 text-sm outline-offset-[-4px]',
              tab.key === at
                ? 'font-medium text-text after:absolute after:inset-x-2 after:bottom-0 after:h-0.5 after:rounded-full after:bg-accent'
                : 'text-muted hover:text-text',
            )}
          >
            {tab.label}
            {tab.count}
          </button>
        ))}
      </div>
      {quiet.length > 0 && (
        <div className="flex shrink-0 items-center pl-1">
          <Menu
            align="end"
            trigger={
              <button type="button" className={buttonClass('ghost', 'sm')}>
                {t('record.moreTabs')}
                <ChevronDown size={14} aria-hidden />
              </button>
            }
          >
            {quiet.map((tab) => (
              <MenuItem key={tab.key} onClick={() => onTab(tab.key)}>
                {tab.label}
                {tab.count}
              </MenuItem>
            ))}
          </Menu>
        </div>
      )}
    </div>
  );
}
