/* SPDX-License-Identifier: Apache-2.0 */
/* A searchable list in a popover, for one or several values: the one control behind every choice. */

import { Check, Search } from 'lucide-react';
import {
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '@/lib/cn';
import { Skeleton } from './bits';
import { Popover } from './overlay';

export type PickerOption = { value: string; label: string; render?: ReactNode };

type ListProps = {
  options: PickerOption[];
  selected: string[];
  onPick: (value: string) => void;
  label: string;
  /** Given: the caller filters (a server search). Absent: the list filters by label itself. */
  onSearch?: (text: string) => void;
  busy?: boolean;
  footer?: ReactNode;
};

export function PickerList({ options, selected, onPick, label, onSearch, busy, footer }: ListProps) {
  const { t } = useTranslation();
  const id = useId();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const needle = text.trim().toLowerCase();
  const shown = onSearch || !needle ? options : options.filter((o) => o.label.toLowerCase().includes(needle));
  const active = Math.min(at, Math.max(shown.length - 1, 0));
  const searchable = onSearch !== undefined || options.length > 6;

  useEffect(() => {
    list.current?.querySelector(`[data-index="${active}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [active]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') setAt(Math.min(active + 1, shown.length - 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(active - 1, 0));
    else if (event.key === 'Enter' && shown[active]) onPick(shown[active].value);
    else return;
    event.preventDefault();
  };

  return (
    <div className="flex w-60 flex-col">
      <div
        className={cn('flex h-9 items-center gap-2 border-line border-b px-2.5', !searchable && 'sr-only')}
      >
        <Search size={14} className="shrink-0 text-faint" aria-hidden />
        <input
          className="h-full w-full bg-transparent text-sm outline-none"
          placeholder={t('picker.search')}
          value={text}
          role="combobox"
          aria-expanded
          aria-label={label}
          aria-controls={id}
          onKeyDown={onKeyDown}
          aria-activedescendant={shown[active] ? `${id}-${active}` : undefined}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
            onSearch?.(event.target.value);
          }}
        />
      </div>
      <div ref={list} id={id} role="listbox" aria-label={label} className="max-h-64 overflow-y-auto p-1">
        {busy && <Skeleton className="m-2 h-4 w-40" />}
        {!busy && shown.length === 0 && (
          <p className="px-2 py-3 text-center text-muted">{t('picker.none')}</p>
        )}
        {shown.map((option, index) => (
          <div
            key={option.value}
            id={`${id}-${index}`}
            data-index={index}
            role="option"
            tabIndex={-1}
            aria-selected={selected.includes(option.value)}
            onMouseMove={() => setAt(index)}
            onClick={() => onPick(option.value)}
            onKeyDown={() => undefined}
            className={cn(
              'flex min-h-8 cursor-pointer select-none items-center gap-2 rounded-md px-2 py-1',
              index === active && 'bg-hover',
            )}
          >
            <span className="min-w-0 flex-1 truncate">{option.render ?? option.label}</span>
            {selected.includes(option.value) && (
              <Check size={14} className="shrink-0 text-accent" aria-hidden />
            )}
          </div>
        ))}
      </div>
      {footer && <div className="border-line border-t p-1">{footer}</div>}
    </div>
  );
}

type PickerProps = Omit<ListProps, 'onPick'> & {
  trigger: ReactElement;
  multiple?: boolean;
  onChange: (values: string[]) => void;
  defaultOpen?: boolean;
  align?: 'start' | 'end';
  onOpenChange?: (open: boolean) => void;
};

export function Picker({
  trigger,
  multiple,
  onChange,
  defaultOpen,
  align,
  onOpenChange,
  ...list
}: PickerProps) {
  const [open, setOpen] = useState(defaultOpen ?? false);
  const change = (next: boolean) => {
    setOpen(next);
    onOpenChange?.(next);
  };
  const pick = (value: string) => {
    const has = list.selected.includes(value);
    if (multiple) {
      onChange(has ? list.selected.filter((v) => v !== value) : [...list.selected, value]);
      return;
    }
    onChange(has ? [] : [value]);
    change(false);
  };
  return (
    <Popover label={list.label} trigger={trigger} open={open} onOpenChange={change} align={align ?? 'start'}>
      <PickerList {...list} onPick={pick} />
    </Popover>
  );
}
