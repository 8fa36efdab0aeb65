/* SPDX-License-Identifier: Apache-2.0 */
/* How much of which line: for delivery notes and credit notes. */

import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Json, RecordData } from '@/api/types';
import { useLocale } from '@/app/locale';
import { scaled } from '@/lib/document';
import { formatNumber } from '@/lib/format';
import { readNumber } from '@/lib/number';
import { Input } from '@/ui/input';

type Loose = { [field: string]: Json | undefined };
const FINE = 3;

export type Part = { invoiceLineId: string; quantity: number };

const thousandths = (value: Json | undefined): bigint =>
  scaled(typeof value === 'number' || typeof value === 'string' ? value : null, FINE) ?? 0n;

/** Lines that carry goods, with how much of each is left. */
export function linesLeft(record: RecordData, taken: string | null): { line: Loose; left: number }[] {
  const lines = (Array.isArray(record['lines']) ? record['lines'] : []) as Loose[];
  return lines
    .filter((line) => line['kind'] === 'item')
    .map((line) => {
      const left = thousandths(line['quantity']) - (taken ? thousandths(line[taken]) : 0n);
      return { line, left: Number(left) / 1000 };
    });
}

export function useQuantities(lines: { line: Loose; left: number }[]) {
  const { locale } = useLocale();
  const [texts, setTexts] = useState<Record<string, string>>(() =>
    Object.fromEntries(lines.map(({ line, left }) => [String(line['id']), String(left)])),
  );
  const read = (id: string): number | null => {
    const text = texts[id]?.trim() ?? '';
    const plain = text === '' ? '0' : readNumber(text, locale);
    return plain === null ? null : Number(plain);
  };
  const wrong = ({ line, left }: (typeof lines)[number]): boolean => {
    const quantity = read(String(line['id']));
    return quantity === null || quantity < 0 || quantity > left;
  };
  const parts = lines.flatMap(({ line }): Part[] => {
    const quantity = read(String(line['id']));
    return quantity && quantity > 0 ? [{ invoiceLineId: String(line['id']), quantity }] : [];
  });
  const set = (id: string, text: string) => setTexts({ ...texts, [id]: text });
  return { texts, set, wrong, parts, possible: parts.length > 0 && !lines.some(wrong) };
}

export function QuantityList({
  lines,
  quantities,
}: {
  lines: { line: Loose; left: number }[];
  quantities: ReturnType<typeof useQuantities>;
}) {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <ul className="flex flex-col gap-2">
      {lines.map((item) => {
        const id = String(item.line['id']);
        return (
          <li key={id} className="flex items-center gap-3">
            <label htmlFor={`quantity-${id}`} className="min-w-0 flex-1">
              <span className="block truncate font-medium">{String(item.line['name'])}</span>
              <span className="text-muted text-xs">
                {t('quantities.left', {
                  left: formatNumber(item.left, locale),
                  all: formatNumber(Number(item.line['quantity']), locale),
                  unit: item.line['unit'] ?? '',
                })}
              </span>
            </label>
            <Input
              id={`quantity-${id}`}
              inputMode="decimal"
              className="w-24 text-right tabular-nums"
              value={quantities.texts[id] ?? ''}
              aria-invalid={quantities.wrong(item) || undefined}
              onChange={(event) => quantities.set(id, event.target.value)}
            />
          </li>
        );
      })}
    </ul>
  );
}
