/* SPDX-License-Identifier: Apache-2.0 */
/* The options of a choice: their names, colours and order. */

import { Archive, ArchiveRestore, Plus, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldMeta } from '@/api/types';
import { cn } from '@/lib/cn';
import { Button } from '@/ui/button';
import { Input } from '@/ui/input';
import { Picker } from '@/ui/picker';
import type { DraftOption } from './types';

export type Drafts = (DraftOption & { id: number })[];

let last = 0;
export const draft = (option: Partial<DraftOption> = {}): Drafts[number] => ({
  key: null,
  label: '',
  color: null,
  archived: false,
  ...option,
  id: ++last,
});

function ColorPicker(props: {
  label: string;
  palette: FieldMeta;
  value: string | null;
  onChange: (color: string | null) => void;
}) {
  const { label, palette, value, onChange } = props;
  const options = (palette.options ?? []).map((o) => ({
    value: o.key,
    label: o.label,
    render: (
      <span className="inline-flex items-center gap-2">
        <span data-tone={o.key} className="tone-dot size-2.5 rounded-full" />
        {o.label}
      </span>
    ),
  }));
  return (
    <Picker
      label={label}
      options={options}
      selected={value ? [value] : []}
      onChange={([color]) => onChange(color ?? null)}
      trigger={
        <Button look="ghost" size="icon" aria-label={label}>
          <span
            data-tone={value ?? 'gray'}
            className={cn('size-3 rounded-full', value ? 'tone-dot' : 'ring-1 ring-line-strong ring-inset')}
          />
        </Button>
      }
    />
  );
}

export function OptionsEditor(props: {
  palette: FieldMeta;
  drafts: Drafts;
  error: string;
  onChange: (drafts: Drafts) => void;
}) {
  const { palette, drafts, error, onChange } = props;
  const { t } = useTranslation();
  const list = useRef<HTMLDivElement>(null);
  const count = useRef(drafts.length);
  useEffect(() => {
    // A new one is there to be named.
    if (drafts.length > count.current)
      list.current?.querySelector<HTMLInputElement>('li:last-child input')?.focus();
    count.current = drafts.length;
  }, [drafts.length]);
  const put = (id: number, part: Partial<DraftOption>) =>
    onChange(drafts.map((one) => (one.id === id ? { ...one, ...part } : one)));
  const add = () => onChange([...drafts, draft()]);
  return (
    <fieldset className="flex flex-col gap-1" aria-describedby={error ? 'options-error' : undefined}>
      <legend className="mb-1 font-medium text-muted text-xs">
        {t('customFields.options')} <span className="text-danger">*</span>
      </legend>
      <div ref={list}>
        <ul className="flex flex-col gap-1">
          {drafts.map((one, at) => (
            <li key={one.id} className="flex items-center gap-1">
              <ColorPicker
                label={t('customFields.optionColor', { number: at + 1 })}
                palette={palette}
                value={one.color}
                onChange={(color) => put(one.id, { color })}
              />
              <Input
                value={one.label}
                maxLength={100}
                aria-label={t('customFields.option', { number: at + 1 })}
                className={one.archived ? 'text-faint line-through' : ''}
                onChange={(event) => put(one.id, { label: event.target.value })}
                onKeyDown={(event) => {
                  if (event.key !== 'Enter') return;
                  event.preventDefault();
                  if (one.label.trim()) add();
                }}
              />
              {one.key ? (
                <Button
                  look="ghost"
                  size="icon"
                  aria-label={t(one.archived ? 'customFields.offerOption' : 'customFields.retireOption', {
                    number: at + 1,
                  })}
                  title={t(one.archived ? 'picklists.bringBack' : 'picklists.retire')}
                  onClick={() => put(one.id, { archived: !one.archived })}
                >
                  {one.archived ? (
                    <ArchiveRestore size={14} aria-hidden />
                  ) : (
                    <Archive size={14} aria-hidden />
                  )}
                </Button>
              ) : (
                <Button
                  look="ghost"
                  size="icon"
                  aria-label={t('customFields.removeOption', { number: at + 1 })}
                  onClick={() => onChange(drafts.filter((other) => other.id !== one.id))}
                >
                  <X size={14} aria-hidden />
                </Button>
              )}
            </li>
          ))}
        </ul>
      </div>
      <Button look="ghost" size="sm" className="self-start" onClick={add}>
        <Plus size={14} aria-hidden />
        {t('customFields.addOption')}
      </Button>
      {error && (
        <p id="options-error" role="alert" className="text-danger text-xs">
          {error}
        </p>
      )}
    </fieldset>
  );
}
