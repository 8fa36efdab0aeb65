/* SPDX-License-Identifier: Apache-2.0 */
/* Buttons: one primary per view, the rest quiet. */

import { LoaderCircle } from 'lucide-react';
import type { ComponentProps } from 'react';
import { cn } from '@/lib/cn';

const looks = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong disabled:opacity-50',
  outline:
    'bg-surface text-text ring-1 ring-inset ring-line-strong hover:bg-hover disabled:text-faint disabled:hover:bg-surface',
  ghost: 'text-muted hover:bg-hover hover:text-text data-popup-open:bg-hover disabled:text-faint',
  danger: 'bg-danger text-surface hover:opacity-90 disabled:opacity-50',
} as const;

const sizes = {
  sm: 'h-7 gap-1.5 rounded-md px-2 text-xs',
  md: 'h-8 gap-1.5 rounded-md px-3 text-sm',
  lg: 'h-9 gap-2 rounded-lg px-4 text-sm',
  icon: 'size-8 rounded-md',
  iconSm: 'size-7 rounded-md',
} as const;

export type ButtonProps = ComponentProps<'button'> & {
  look?: keyof typeof looks;
  size?: keyof typeof sizes;
  busy?: boolean;
};

export const buttonClass = (look: keyof typeof looks = 'outline', size: keyof typeof sizes = 'md') =>
  cn(
    'inline-flex shrink-0 select-none items-center justify-center font-medium whitespace-nowrap transition-colors',
    looks[look],
    sizes[size],
  );

export function Button({ look, size, busy, className, children, disabled, type, ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={type ?? 'button'}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={cn(buttonClass(look, size), className)}
    >
      {busy && <LoaderCircle size={14} className="animate-spin" aria-hidden />}
      {children}
    </button>
  );
}
