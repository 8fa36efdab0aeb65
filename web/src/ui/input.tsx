/* SPDX-License-Identifier: Apache-2.0 */
/* Single-line and multi-line text boxes, and the label + error frame around any control. */

import { type ComponentProps, type ReactNode, useLayoutEffect, useRef } from 'react';
import { cn } from '@/lib/cn';

export const inputClass = cn(
  'w-full rounded-md bg-surface px-2.5 text-sm text-text ring-1 ring-inset ring-line-strong transition-shadow',
  'outline-none focus:ring-2 focus:ring-accent aria-invalid:ring-danger disabled:bg-subtle disabled:text-faint',
);

export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return <input {...rest} className={cn(inputClass, 'h-8', className)} />;
}

/** Grows with its content up to a limit, so that no text hides behind an inner scroll bar. */
export function Textarea({ className, value, ...rest }: ComponentProps<'textarea'>) {
  const ref = useRef<HTMLTextAreaElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => {
    const box = ref.current;
    if (!box) return;
    box.style.height = 'auto';
    box.style.height = `${Math.min(box.scrollHeight + 2, 360)}px`;
  }, [value]);
  return (
    <textarea rows={3} {...rest} ref={ref} value={value} className={cn(inputClass, 'py-1.5', className)} />
  );
}

export function FormRow(props: {
  id: string;
  label: string;
  error?: string | undefined;
  hint?: string | undefined;
  required?: boolean;
  children: ReactNode;
}) {
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={props.id} className="font-medium text-muted text-xs">
        {props.label}
        {props.required && (
          <span className="text-danger" aria-hidden>
            {' *'}
          </span>
        )}
      </label>
      {props.children}
      {props.error ? (
        <p id={`${props.id}-error`} role="alert" className="text-danger text-xs">
          {props.error}
        </p>
      ) : (
        props.hint && (
          <p id={`${props.id}-hint`} className="text-faint text-xs">
            {props.hint}
          </p>
        )
      )}
    </div>
  );
}
