/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of a draft, entered without leaving the keyboard, with sums that are the server's at every key. */

import { Heading, Plus, TextCursorInput } from 'lucide-react';
import { type KeyboardEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EntityMeta, Json, NestedMeta, RecordData } from '@/api/types';
import { useHotkeys } from '@/app/hotkeys';
import { useLocale } from '@/app/locale';
import { toNumber } from '@/lib/document';
import { moved, type Row, type RowErrors, rowsOf } from '@/records/nested';
import { LeaveGuard } from '@/records/record/LeaveGuard';
import type { Tagged } from '@/records/record/useSave';
import { useSaveNested } from '@/records/record/useSaveNested';
import { Button } from '@/ui/button';
import { grid, LineRow } from './LineRow';
import {
  type Cell,
  emptyLine,
  isBlank,
  isItem,
  isSettledByServer,
  moveOf,
  type TaxRate,
  totalsOf,
  withProduct,
} from './lines';
import { TotalsBox } from './Totals';

const columns = ['name', 'quantity', 'unit', 'unitPrice', 'discountPercent', 'taxRateId'];

/** With the rate as it is stored, which stays until another is chosen. */
const stored = (values: { [field: string]: Json | undefined }): Row => ({
  key: String(values['id']),
  values: { ...values, storedTaxRateId: values['taxRateId'] ?? null },
});

function useRows(nested: NestedMeta, record: RecordData) {
  const [rows, setRows] = useState((): Row[] => {
    const read = rowsOf(nested, record).map(stored);
    return read.length ? read : [emptyLine('new-0')];
  });
  const [touched, setTouched] = useState(false);
  const made = useRef(1);
  const list = useRef<HTMLOListElement>(null);
  const wanted = useRef<Cell | null>(null);
  useLayoutEffect(() => {
    const cell = wanted.current;
    if (!cell) return;
    wanted.current = null;
    const row = list.current?.children[cell.row];
    const input =
      row?.querySelector<HTMLElement>(`[data-cell="${cell.column}"]`) ??
      row?.querySelector<HTMLElement>('[data-cell]');
    input?.focus();
  });
  const change = (next: Row[]) => {
    setRows(next);
    setTouched(true);
  };
  const focus = (cell: Cell) => {
    wanted.current = cell;
    setRows((same) => [...same]);
  };
  const add = (after: number, kind = 'item') => {
    wanted.current = { row: after + 1, column: 'name' };
    const row = emptyLine(`new-${made.current++}`, kind);
    setRows([...rows.slice(0, after + 1), row, ...rows.slice(after + 1)]);
  };
  const remove = (at: number) => {
    wanted.current = { row: Math.max(0, Math.min(at, rows.length - 2)), column: 'name' };
    const rest = rows.filter((_, place) => place !== at);
    change(rest.length ? rest : [emptyLine(`new-${made.current++}`)]);
  };
  const swap = (at: number, by: -1 | 1, column: string) => {
    wanted.current = { row: Math.max(0, Math.min(rows.length - 1, at + by)), column };
    change(moved(rows, at, by));
  };
  const edit = (key: string, next: (row: Row) => Row) =>
    change(rows.map((row) => (row.key === key ? next(row) : row)));
  return { rows, list, touched, focus, add, remove, swap, edit };
}

function ColumnHead() {
  const { t } = useTranslation();
  const right = 'text-right pr-2.5';
  return (
    <div
      aria-hidden
      className={`${grid} hidden h-8 items-center! border-line border-b px-3 text-muted text-xs`}
    >
      <span className="px-2.5">{t('lines.name')}</span>
      <span className={right}>{t('lines.quantity')}</span>
      <span className="px-2.5">{t('lines.unit')}</span>
      <span className={right}>{t('lines.unitPrice')}</span>
      <span className={right}>{t('lines.discountPercent')}</span>
      <span className="px-2.5">{t('lines.taxRateId')}</span>
      <span className="text-right">{t('lines.amount')}</span>
    </div>
  );
}

type Props = {
  entity: EntityMeta;
  nested: NestedMeta;
  /** The document as it was when editing began. */
  tagged: Tagged;
  /** And as it is now: its currency may have been changed beside. */
  now: RecordData;
  rates: TaxRate[];
  onDirty: (dirty: boolean) => void;
  onDiscard: () => void;
};

export function LinesEditor({ entity, nested, tagged, now: record, rates, onDirty, onDiscard }: Props) {
  const { t } = useTranslation();
  const { locale } = useLocale();
  const currency = String(record['currency']);
  const { rows, list, touched, focus, add, remove, swap, edit } = useRows(nested, tagged.data);
  const [errors, setErrors] = useState<RowErrors>({});
  const saving = useSaveNested(entity, nested, tagged);
  const inclusive = record['pricesIncludeTax'] === true;
  const sums = useMemo(
    () => totalsOf(rows, rates, locale, inclusive, currency),
    [rows, rates, locale, inclusive, currency],
  );
  useEffect(() => onDirty(touched), [onDirty, touched]);
  const settled = isSettledByServer(record, rows);
  const save = async () => {
    const wrong = await saving.save(rows.filter((row) => !isBlank(row)));
    setErrors(wrong ?? {});
    if (!wrong) onDiscard();
  };
  useHotkeys(touched ? { 'mod+s': () => void save() } : {});
  const onKey = (event: KeyboardEvent<HTMLElement>, at: Cell) => {
    const key = {
      key: event.key,
      altKey: event.altKey,
      shiftKey: event.shiftKey,
      mod: event.metaKey || event.ctrlKey,
    };
    const row = rows[at.row];
    const move = moveOf(key, at, rows, row && isItem(row) ? columns : ['name']);
    if (!move) return;
    event.preventDefault();
    if (move.kind === 'focus') focus(move.cell);
    else if (move.kind === 'add' && rows.length < nested.most) add(move.after);
    else if (move.kind === 'swap') swap(move.row, move.by, at.column);
    else if (move.kind === 'remove') remove(move.row);
  };
  return (
    <div className="flex min-h-full flex-1 flex-col">
      <ColumnHead />
      <ol ref={list} aria-label={nested.label}>
        {rows.map((row, index) => (
          <LineRow
            key={row.key}
            row={row}
            place={index + 1}
            count={rows.length}
            rates={rates}
            currency={currency}
            mayBeOptional={nested.fields.some((field) => field.name === 'optional')}
            errors={errors[row.key]}
            onValue={(name, value) =>
              edit(row.key, (old) => ({ ...old, values: { ...old.values, [name]: value } }))
            }
            onProduct={(product) => {
              edit(row.key, (old) => withProduct(old, product));
              focus({ row: index, column: 'quantity' });
            }}
            onKey={(event, column) => onKey(event, { row: index, column })}
            onMove={(by) => swap(index, by, 'name')}
            onRemove={() => remove(index)}
          />
        ))}
      </ol>
      <div className="flex flex-wrap items-start gap-x-2 gap-y-4 px-3 py-3">
        <div className="flex gap-1">
          <Button
            size="sm"
            look="ghost"
            onClick={() => add(rows.length - 1)}
            disabled={rows.length >= nested.most}
          >
            <Plus size={14} aria-hidden />
            {t('lines.add')}
          </Button>
          <Button size="sm" look="ghost" onClick={() => add(rows.length - 1, 'heading')}>
            <Heading size={14} aria-hidden />
            {t('lines.heading')}
          </Button>
          <Button size="sm" look="ghost" onClick={() => add(rows.length - 1, 'text')}>
            <TextCursorInput size={14} aria-hidden />
            {t('lines.text')}
          </Button>
        </div>
        <div className="ml-auto min-w-64 max-sm:w-full">
          <TotalsBox
            currency={currency}
            sums={{
              subtotal: toNumber(sums.subtotal),
              discountTotal: toNumber(sums.discountTotal),
              total: toNumber(sums.total),
              taxes: sums.taxes.map((tax) => ({ ...tax, net: toNumber(tax.net), tax: toNumber(tax.tax) })),
            }}
            note={settled ? t('lines.settled') : inclusive ? t('lines.inclusive') : undefined}
          />
        </div>
      </div>
      <p className="mt-auto hidden px-4 pb-3 text-faint text-xs md:block">{t('lines.keys')}</p>
      {touched && (
        <div className="sticky bottom-0 flex shrink-0 items-center gap-2 border-line border-t bg-raised px-4 py-2.5">
          <span className="mr-auto text-muted">{t('lines.unsaved')}</span>
          <Button size="sm" look="ghost" onClick={onDiscard} disabled={saving.busy}>
            {t('action.discard')}
          </Button>
          <Button size="sm" look="primary" onClick={() => void save()} busy={saving.busy}>
            {t('action.save')}
          </Button>
        </div>
      )}
      <LeaveGuard dirty={touched && !saving.busy} />
    </div>
  );
}
