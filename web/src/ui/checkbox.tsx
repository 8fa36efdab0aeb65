/* SPDX-License-Identifier: Apache-2.0 */
/* A box to tick, also half. */

import { Check, Minus } from 'lucide-react';
import type { MouseEvent } from 'react';
import { cn } from '@/lib/cn';

export function Checkbox(props: {
  label: string;
  checked: boolean;
  mixed?: boolean;
  /** Shift held extends a choice in lists. */
  onChange: (event: MouseEvent) => void;
  /** In rows the keyboard chooses otherwise. */
  skipTab?: boolean;
  className?: string;
}) {
  const { label, checked, mixed, onChange, skipTab, className } = props;
  return (
    // biome-ignore lint/a11y/useSemanticElements: the browser's own cannot be half ticked by the keyboard
    <button
      type="button"
      role="checkbox"
      aria-label={label}
      aria-checked={mixed ? 'mixed' : checked}
      tabIndex={skipTab ? -1 : 0}
      onClick={onChange}
      className={cn('group/box flex size-7 items-center justify-center rounded-md', className)}
    >
      <span
        className={cn(
          'flex size-4 items-center justify-center rounded ring-1 ring-inset transition-colors',
          checked || mixed
            ? 'bg-accent text-on-accent ring-accent'
            : 'bg-surface text-transparent ring-line-strong group-hover/box:ring-faint',
        )}
      >
        {mixed ? (
          <Minus size={12} strokeWidth={3} aria-hidden />
        ) : (
          <Check size={12} strokeWidth={3} aria-hidden />
        )}
      </span>
    </button>
  );
}
