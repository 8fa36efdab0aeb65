/* SPDX-License-Identifier: Apache-2.0 */
/* One line being edited. Cells carry their column in `data-cell`, by which keys find their neighbours. */

import { ChevronDown, ChevronUp, CornerDownRight, X } from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Json, RecordData } from '@/api/types';
import { useLocale } from '@/app/locale';
import { asText } from '@/fields/shared/text';
import { word } from '@/i18n';
import { cn } from '@/lib/cn';
import { toNumber } from '@/lib/document';
import { formatMoneyExact } from '@/lib/format';
import type { Row } from '@/records/nested';
import { Button } from '@/ui/button';
import { inputClass } from '@/ui/input';
import { amountsOf, isItem, type TaxRate } from './lines';
import { ProductInput } from './ProductInput';

export const grid =
  'md:grid md:grid-cols-[minmax(0,1fr)_60px_64px_88px_52px_104px_96px_48px] md:items-start md:gap-1';

const cell = cn(
  inputClass,
  'h-8 ring-transparent hover:ring-line-strong focus:ring-accent max-md:ring-line-strong',
);

type Props = {
  row: Row;
  place: number;
  count: number;
  rates: TaxRate[];
  currency: string;
  mayBeOptional: boolean;
  errors: Record<string, string> | undefined;
  onValue: (name: string, value: Json) => void;
  onProduct: (product: RecordData) => void;
  onKey: (event: KeyboardEvent<HTMLElement>, column: string) => void;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
};

function NumberCell({ props, name, suffix }: { props: Props; name: string; suffix?: string }) {
  const { t } = useTranslation();
  return (
    <label className="relative block">
      <span className="text-faint text-xs md:sr-only">{word(`lines.${name}`)}</span>
      <input
        data-cell={name}
        inputMode="decimal"
        autoComplete="off"
        aria-label={t('lines.cell', { column: word(`lines.${name}`), place: props.place })}
        aria-invalid={Boolean(props.errors?.[name]) || undefined}
        title={props.errors?.[name]}
        className={cn(cell, 'text-right tabular-nums')}
        value={asText(props.row.values[name])}
        onFocus={(event) => event.target.select()}
        onChange={(event) => props.onValue(name, event.target.value)}
        onKeyDown={(event) => props.onKey(event, name)}
      />
      {suffix && <span className="sr-only">{suffix}</span>}
    </label>
  );
}

function TaxCell({ props }: { props: Props }) {
  const { t } = useTranslation();
  const chosen = asText(props.row.values['taxRateId']);
  const standard = props.rates.find((rate) => rate.isDefault);
  return (
    <label className="block">
      <span className="text-faint text-xs md:sr-only">{t('lines.taxRateId')}</span>
      <select
        data-cell="taxRateId"
        aria-label={t('lines.cell', { column: t('lines.taxRateId'), place: props.place })}
        className={cn(cell, 'truncate pr-1')}
        value={chosen || (standard?.id ?? '')}
        onChange={(event) => props.onValue('taxRateId', event.target.value || null)}
        onKeyDown={(event) => {
          // Up and down choose here, as in every list of choices.
          if (!['ArrowUp', 'ArrowDown'].includes(event.key) || event.altKey) props.onKey(event, 'taxRateId');
        }}
      >
        {!standard && <option value="">{t('lines.noTax')}</option>}
        {chosen && !props.rates.some((rate) => rate.id === chosen) && (
          <option value={chosen}>
            {t('lines.formerTax', { rate: asText(props.row.values['taxRate']) })}
          </option>
        )}
        {props.rates.map((rate) => (
          <option key={rate.id} value={rate.id}>
            {rate.name}
          </option>
        ))}
      </select>
    </label>
  );
}

function TextCell({ props }: { props: Props }) {
  const { t } = useTranslation();
  const heading = props.row.values['kind'] === 'heading';
  return (
    <input
      data-cell="name"
      aria-label={t('lines.cell', {
        column: t(heading ? 'lines.heading' : 'lines.text'),
        place: props.place,
      })}
      placeholder={t(heading ? 'lines.heading' : 'lines.text')}
      maxLength={300}
      autoComplete="off"
      aria-invalid={Boolean(props.errors?.['name']) || undefined}
      className={cn(cell, 'min-w-0 flex-1', heading && 'font-semibold')}
      value={asText(props.row.values['name'])}
      onChange={(event) => props.onValue('name', event.target.value)}
      onKeyDown={(event) => props.onKey(event, 'name')}
    />
  );
}

function Tools({ props }: { props: Props }) {
  const { t } = useTranslation();
  const { place, count } = props;
  return (
    <div className="flex h-8 items-center justify-end">
      <div className="flex md:flex-col">
        <Button
          look="ghost"
          tabIndex={-1}
          className={small}
          aria-label={t('nested.up', { place })}
          disabled={place === 1}
          onClick={() => props.onMove(-1)}
        >
          <ChevronUp size={14} aria-hidden />
        </Button>
        <Button
          look="ghost"
          tabIndex={-1}
          className={small}
          aria-label={t('nested.down', { place })}
          disabled={place === count}
          onClick={() => props.onMove(1)}
        >
          <ChevronDown size={14} aria-hidden />
        </Button>
      </div>
      <Button
        look="ghost"
        tabIndex={-1}
        className="size-6 p-0"
        aria-label={t('nested.remove', { place })}
        onClick={props.onRemove}
      >
        <X size={14} aria-hidden />
      </Button>
    </div>
  );
}

const small = 'size-6 p-0 md:h-4';

function Description({ props }: { props: Props }) {
  const { t } = useTranslation();
  return (
    <textarea
      rows={2}
      maxLength={2000}
      aria-label={t('lines.cell', { column: t('lines.description'), place: props.place })}
      placeholder={t('lines.description')}
      className={cn(inputClass, 'mt-1 py-1 text-xs')}
      value={asText(props.row.values['description'])}
      onChange={(event) => props.onValue('description', event.target.value)}
    />
  );
}

export function LineRow(props: Props) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { row, place, errors } = props;
  const [described, setDescribed] = useState(Boolean(row.values['description']));
  const item = isItem(row);
  const amounts = amountsOf(row, props.rates, locale.locale, props.currency);
  const problems = Object.values(errors ?? {});
  return (
    <li className="border-line border-b px-3 py-1.5">
      <fieldset
        aria-label={t('nested.row', { place })}
        className={cn(grid, 'max-md:flex max-md:flex-col max-md:gap-2')}
      >
        <div className={cn('min-w-0', !item && 'md:col-span-7')}>
          <div className="flex items-center gap-1">
            {item ? (
              <ProductInput
                column="name"
                value={asText(row.values['name'])}
                currency={props.currency}
                label={t('lines.cell', { column: t('lines.name'), place })}
                invalid={Boolean(errors?.['name'])}
                className={cell}
                onText={(text) => props.onValue('name', text)}
                onProduct={props.onProduct}
                onKeyDown={(event) => props.onKey(event, 'name')}
              />
            ) : (
              <TextCell props={props} />
            )}
            {item && !described && (
              <Button
                look="ghost"
                size="iconSm"
                tabIndex={-1}
                title={t('lines.describe')}
                aria-label={t('lines.describeRow', { place })}
                onClick={() => setDescribed(true)}
              >
                <CornerDownRight size={14} aria-hidden />
              </Button>
            )}
          </div>
          {item && described && <Description props={props} />}
          {item && props.mayBeOptional && (described || row.values['optional'] === true) && (
            <label
              title={t('lines.optionalHint')}
              className="mt-1 flex items-center gap-1.5 px-2.5 text-muted text-xs"
            >
              <input
                type="checkbox"
                className="accent-(--c-accent)"
                checked={row.values['optional'] === true}
                onChange={(event) => props.onValue('optional', event.target.checked)}
              />
              {t('lines.optional')}
            </label>
          )}
        </div>
        {item && (
          <div className="max-md:grid max-md:grid-cols-2 max-md:gap-2 md:contents">
            <NumberCell props={props} name="quantity" />
            <label className="block">
              <span className="text-faint text-xs md:sr-only">{t('lines.unit')}</span>
              <input
                data-cell="unit"
                maxLength={20}
                autoComplete="off"
                aria-label={t('lines.cell', { column: t('lines.unit'), place })}
                className={cell}
                value={asText(row.values['unit'])}
                onChange={(event) => props.onValue('unit', event.target.value)}
                onKeyDown={(event) => props.onKey(event, 'unit')}
              />
            </label>
            <NumberCell props={props} name="unitPrice" />
            <NumberCell props={props} name="discountPercent" />
            <TaxCell props={props} />
            <output
              aria-label={t('lines.cell', { column: t('lines.amount'), place })}
              className={cn(
                'flex h-8 items-center justify-end truncate tabular-nums max-md:self-end',
                row.values['optional'] === true && 'text-faint',
              )}
            >
              {amounts ? formatMoneyExact(toNumber(amounts.amount), locale, props.currency) : ''}
            </output>
          </div>
        )}
        <Tools props={props} />
      </fieldset>
      {problems.length > 0 && (
        <p role="alert" className="px-2.5 pt-1 text-danger text-xs">
          {problems.join(' ')}
        </p>
      )}
    </li>
  );
}
