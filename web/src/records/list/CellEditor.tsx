/* SPDX-License-Identifier: Apache-2.0 */
/* A cell that is being written in, by the same editors as the form's. */

import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import type { FieldMeta, Json, RecordData } from '@/api/types';
import { kindOf } from '@/fields';
import { schemaOf } from '@/fields/schema';
import { formKey, readValue, sameValue } from '@/fields/value';
import { cn } from '@/lib/cn';

/** Where the keyboard goes on after a cell: down by Enter, along by Tab, nowhere by leaving. */
export type Then = 'stay' | 'down' | 'next' | 'back';

export type CellEditorProps = {
  field: FieldMeta;
  record: RecordData;
  onCommit: (value: Json, then: Then) => void;
  onCancel: () => void;
};

/** Choices stand as soon as they are made; what is typed stands when one is done. */
const picked = new Set(['enum', 'picklist', 'reference', 'currency', 'country', 'timeZone', 'boolean']);
const many = new Set(['multiPicklist', 'multiReference']);
const wide = new Set(['longText', 'json', 'externalIds']);

export function checkValue(field: FieldMeta, value: Json | undefined): { value: Json } | { error: string } {
  const result = schemaOf([field]).safeParse({ [formKey(field)]: value });
  if (result.success) return { value: result.data[formKey(field)] as Json };
  return { error: result.error.issues[0]?.message ?? '' };
}

export function CellEditor({ field, record, onCommit, onCancel }: CellEditorProps) {
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const [value, setValue] = useState<Json | undefined>(readValue(record, field));
  const [error, setError] = useState('');
  const latest = useRef(value);
  const done = useRef(false);
  const { Input } = kindOf(field);

  useEffect(() => {
    const input = box.current?.querySelector<HTMLElement>('input, textarea, button');
    input?.focus();
    if (input instanceof HTMLInputElement && input.type === 'text') input.select();
  }, []);

  const commit = (next: Json | undefined, then: Then) => {
    if (done.current) return;
    const checked = checkValue(field, next);
    if ('error' in checked) {
      setError(checked.error);
      return;
    }
    done.current = true;
    if (sameValue(checked.value, readValue(record, field)) && then === 'stay') onCancel();
    else onCommit(checked.value, then);
  };
  const cancel = () => {
    done.current = true;
    onCancel();
  };
  const change = (next: Json) => {
    latest.current = next;
    setValue(next);
    setError('');
    if (picked.has(field.type)) commit(next, 'stay');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const inBox = box.current?.contains(event.target as Node) ?? false;
    if (event.key === 'Escape' && inBox) cancel();
    else if (event.key === 'Tab') commit(latest.current, event.shiftKey ? 'back' : 'next');
    else if (event.key === 'Enter' && inBox && !picked.has(field.type) && !many.has(field.type)) {
      if (wide.has(field.type) && (event.shiftKey || event.altKey)) return;
      commit(latest.current, 'down');
    } else {
      // The grid around must not take the keys that are meant for the editor.
      event.stopPropagation();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hands on the keys of the editor inside
    <div
      ref={box}
      onKeyDown={onKeyDown}
      className={cn(
        'absolute inset-0 z-10 flex min-w-full flex-col justify-center',
        wide.has(field.type) && 'top-0 right-auto bottom-auto w-80 justify-start',
        many.has(field.type) && 'right-auto w-64',
      )}
    >
      <Input
        id={id}
        field={{ ...field, label: field.label }}
        value={value}
        record={record}
        onChange={change}
        onBlur={() => {
          if (!picked.has(field.type)) commit(latest.current, 'stay');
          else if (!done.current && sameValue(latest.current, readValue(record, field))) cancel();
        }}
        invalid={error !== ''}
        autoFocus
        describedBy={error ? `${id}-error` : undefined}
      />
      {error && (
        <p
          id={`${id}-error`}
          role="alert"
          className="absolute top-full left-0 z-10 mt-1 w-max max-w-72 rounded-md bg-danger-soft px-2 py-1 text-danger text-xs shadow-pop"
        >
          {error}
        </p>
      )}
    </div>
  );
}
