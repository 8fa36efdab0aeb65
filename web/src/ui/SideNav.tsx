/* SPDX-License-Identifier: Apache-2.0 */
/* The choice on the left of a page of settings: which of them is shown; above it where the window is narrow. */

import { useEffect, useRef } from 'react';
import { Link } from 'react-router';
import { cn } from '@/lib/cn';

export type SideItem = { to: string; label: string; current: boolean; count?: number | string };
export type SideSection = { label?: string; items: SideItem[] };

export function SideNav({ label, sections }: { label: string; sections: SideSection[] }) {
  const nav = useRef<HTMLElement>(null);
  const at = sections.flatMap((section) => section.items).find((item) => item.current)?.to;
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever another is shown
  useEffect(() => {
    const current = nav.current?.querySelector('[aria-current=page]');
    current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [at]);
  return (
    <nav
      ref={nav}
      aria-label={label}
      className="flex shrink-0 gap-px overflow-x-auto border-line p-2 max-md:border-b md:w-56 md:flex-col md:overflow-y-auto md:border-r"
    >
      {sections.map((section) => (
        <div key={section.label ?? ''} className="contents">
          {section.label && (
            <h2 className="px-2.5 pt-3 pb-1 font-medium text-faint text-xs max-md:hidden">{section.label}</h2>
          )}
          {section.items.map((item) => (
            <Link
              key={item.to}
              to={item.to}
              replace
              aria-current={item.current ? 'page' : undefined}
              className={cn(
                'flex h-8 shrink-0 items-center gap-2 rounded-md px-2.5 text-sm',
                item.current ? 'bg-active font-medium' : 'text-muted hover:bg-hover hover:text-text',
              )}
            >
              <span className="min-w-0 flex-1 truncate">{item.label}</span>
              {item.count !== undefined && (
                <span className="text-muted text-xs tabular-nums">{item.count}</span>
              )}
            </Link>
          ))}
        </div>
      ))}
    </nav>
  );
}
