/* SPDX-License-Identifier: Apache-2.0 */
/* The name of a line: free text, with the products that match below it, chosen by keyboard or click. */

import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useDeferredValue, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { findEntity, useMeta } from '@/api/meta';
import { listQuery } from '@/api/records';
import type { Json, RecordData } from '@/api/types';
import { useLocale } from '@/app/locale';
import { cn } from '@/lib/cn';
import { formatMoney } from '@/lib/format';

const OFFERED = 8;

type Props = {
  value: string;
  currency: string;
  label: string;
  invalid: boolean;
  className: string;
  onText: (text: string) => void;
  onProduct: (product: RecordData) => void;
  onKeyDown: (event: KeyboardEvent<HTMLInputElement>) => void;
  column: string;
};

/** Only what is sold in the document's currency. */
function useProducts(text: string, currency: string, open: boolean) {
  const product = findEntity(useMeta(), 'product');
  const late = useDeferredValue(text.trim());
  const params = new URLSearchParams({ active: 'true', currency, limit: String(OFFERED) });
  if (late) params.set('q', late);
  else params.set('sort', 'name');
  return useQuery(listQuery(open ? product : undefined, params.toString())).data?.data ?? [];
}

export function ProductInput(props: Props) {
  const { t } = useTranslation();
  const locale = useLocale();
  const id = useId();
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const found = useProducts(props.value, props.currency, open);
  const shown = open && found.length > 0;
  const pick = (product: RecordData) => {
    props.onProduct(product);
    setOpen(false);
    setAt(-1);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const product = found[at];
    if (shown && step && !event.altKey) setAt(Math.max(-1, Math.min(found.length - 1, at + step)));
    else if (shown && event.key === 'Enter' && product) pick(product);
    else if (shown && event.key === 'Escape') setOpen(false);
    else {
      props.onKeyDown(event);
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const price = (value: Json | undefined) =>
    typeof value === 'number' ? formatMoney(value, locale, props.currency) : '';
  return (
    <div className="relative min-w-0 flex-1">
      <input
        data-cell={props.column}
        role="combobox"
        aria-label={props.label}
        aria-expanded={shown}
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={shown && at >= 0 ? `${id}-${at}` : undefined}
        aria-invalid={props.invalid || undefined}
        autoComplete="off"
        maxLength={300}
        placeholder={t('lines.namePlaceholder')}
        className={props.className}
        value={props.value}
        onChange={(event) => {
          props.onText(event.target.value);
          setOpen(true);
          setAt(-1);
        }}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
      />
      {shown && (
        <div
          id={id}
          role="listbox"
          aria-label={t('lines.products')}
          className="absolute top-full left-0 z-30 mt-1 w-80 max-w-[80vw] rounded-lg bg-raised p-1 shadow-pop"
        >
          {found.map((product, index) => (
            <div
              key={product.id}
              id={`${id}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === at}
              // The input keeps the focus: a click must not blur it first.
              onMouseDown={(event) => {
                event.preventDefault();
                pick(product);
              }}
              onMouseMove={() => setAt(index)}
              className={cn(
                'flex min-h-8 cursor-pointer items-center gap-3 rounded-md px-2 py-1',
                index === at && 'bg-hover',
              )}
            >
              <span className="min-w-0 flex-1 truncate">{String(product['name'])}</span>
              <span className="shrink-0 text-muted text-xs tabular-nums">{price(product['price'])}</span>
            </div>
          ))}
        </div>
      )}
    </div>
  );
}
