/* SPDX-License-Identifier: Apache-2.0 */
/* One of a few words side by side. */
import { useRef } from 'react';
import { cn } from '@/lib/cn';

type Props<T extends string> = {
  label: string;
  options: readonly { value: T; label: string }[];
  value: T;
  onChange: (value: T) => void;
  className?: string;
};

export function Segments<T extends string>({ label, options, value, onChange, className }: Props<T>) {
  const group = useRef<HTMLDivElement>(null);
  const step = (by: number) => {
    const at = options.findIndex((option) => option.value === value);
    const next = options[(at + by + options.length) % options.length];
    if (!next) return;
    onChange(next.value);
    group.current?.querySelector<HTMLElement>(`[data-value="${next.value}"]`)?.focus();
  };
  const keys: Record<string, number> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  return (
    <div
      ref={group}
      role="radiogroup"
      aria-label={label}
      className={cn('inline-flex w-fit rounded-md bg-subtle p-0.5', className)}
      onKeyDown={(event) => {
        const by = keys[event.key];
        if (!by) return;
        event.preventDefault();
        step(by);
      }}
    >
      {options.map((option) => (
        // biome-ignore lint/a11y/useSemanticElements: words side by side, not dots
        <button
          key={option.value}
          type="button"
          role="radio"
          data-value={option.value}
          aria-checked={value === option.value}
          tabIndex={value === option.value ? 0 : -1}
          onClick={() => onChange(option.value)}
          className={cn(
            'h-7 flex-1 whitespace-nowrap rounded px-2.5 text-xs',
            value === option.value ? 'bg-surface font-medium shadow-panel' : 'text-muted hover:text-text',
          )}
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}
