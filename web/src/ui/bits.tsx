/* SPDX-License-Identifier: Apache-2.0 */
/* Small marks: key cap, coloured label, avatar, grey placeholder, spinner. */

import { LoaderCircle } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from '@/lib/cn';

export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd
      aria-hidden
      className="inline-flex h-4.5 min-w-4.5 items-center justify-center rounded border border-line bg-subtle px-1 font-sans text-2xs text-muted"
    >
      {children}
    </kbd>
  );
}

export function Tag({ tone, dot, children }: { tone?: string | null; dot?: boolean; children: ReactNode }) {
  return (
    <span
      data-tone={tone ?? 'gray'}
      className="tone inline-flex h-5 max-w-full items-center gap-1.5 rounded px-1.5 text-xs"
    >
      {dot && <span data-tone={tone ?? 'gray'} className="tone-dot size-1.5 shrink-0 rounded-full" />}
      <span className="truncate">{children}</span>
    </span>
  );
}

const avatarTones = ['teal', 'blue', 'violet', 'pink', 'orange', 'green', 'sky', 'amber'];

function toneOf(text: string): string {
  let sum = 0;
  for (const char of text) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 997;
  return avatarTones[sum % avatarTones.length] ?? 'teal';
}

export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const first = words[0]?.[0] ?? '?';
  const last = words.length > 1 ? (words.at(-1)?.[0] ?? '') : '';
  return (first + last).toUpperCase();
}

export function Avatar({
  name,
  square,
  size = 20,
}: {
  name: string;
  square?: boolean;
  size?: 16 | 20 | 24 | 36;
}) {
  const box = {
    16: 'size-4 text-[8px]',
    20: 'size-5 text-[9px]',
    24: 'size-6 text-[10px]',
    36: 'size-9 text-sm',
  }[size];
  return (
    <span
      aria-hidden
      data-tone={toneOf(name)}
      className={cn(
        'tone inline-flex shrink-0 select-none items-center justify-center font-semibold leading-none',
        square ? (size === 36 ? 'rounded-lg' : 'rounded') : 'rounded-full',
        box,
      )}
    >
      {initials(name)}
    </span>
  );
}

export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cn('block animate-pulse rounded bg-active', className)} />;
}

export function Spinner({ label }: { label: string }) {
  return (
    <span role="status" className="inline-flex items-center gap-2 text-muted text-sm">
      <LoaderCircle size={16} className="animate-spin" aria-hidden />
      {label}
    </span>
  );
}

export function EmptyState(props: {
  icon: ReactNode;
  title: string;
  text?: string;
  /** Where it is the whole page, its title is the page's heading. */
  isPage?: boolean;
  children?: ReactNode;
}) {
  const Title = props.isPage ? 'h1' : 'p';
  return (
    <div className="flex flex-col items-center justify-center gap-1 px-6 py-14 text-center">
      <span className="mb-3 flex size-11 items-center justify-center rounded-xl bg-subtle text-faint ring-1 ring-line ring-inset">
        {props.icon}
      </span>
      <Title className="font-medium text-base">{props.title}</Title>
      {props.text && <p className="max-w-sm text-muted text-sm">{props.text}</p>}
      {props.children && <div className="mt-4 flex flex-wrap justify-center gap-2">{props.children}</div>}
    </div>
  );
}
