/* SPDX-License-Identifier: Apache-2.0 */
/* Below the rows: which of how many, and the way to the others. */

import { ChevronLeft, ChevronRight, ChevronsUpDown } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Pagination } from '@/api/types';
import { useLocale } from '@/app/locale';
import { formatNumber, formatTotal } from '@/lib/format';
import { Button } from '@/ui/button';
import { Menu, MenuItem } from '@/ui/overlay';
import { limits } from '../filters';
import type { Paging, Turn } from './usePaging';

export function Pager(props: {
  page: number;
  limit: number;
  shown: number;
  pagination: Pagination;
  paging: Paging;
  /** The rows of another page are on their way. */
  busy: boolean;
  onTurn: (turn: Turn) => void;
  onLimit: (limit: number) => void;
}) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { page, limit, shown, pagination, paging, busy, onTurn, onLimit } = props;
  const { previous, next } = paging;
  const from = (page - 1) * limit + 1;
  return (
    <div className="flex h-10 shrink-0 items-center gap-1 border-line border-t px-3 text-muted text-xs md:px-4">
      <span className="tabular-nums" aria-live="polite">
        {t('list.range', {
          from: formatNumber(shown ? from : 0, locale),
          to: formatNumber(from + shown - 1, locale),
          total: formatTotal(pagination.total, pagination.totalIsEstimate, locale),
        })}
      </span>
      <div className="ml-auto flex items-center gap-1">
        <Menu
          side="top"
          align="end"
          className="min-w-28"
          trigger={
            <Button look="ghost" size="sm" className="hidden sm:inline-flex">
              {limit} {t('list.perPage')}
              <ChevronsUpDown size={12} aria-hidden />
            </Button>
          }
        >
          {limits.map((choice) => (
            <MenuItem key={choice} onClick={() => onLimit(choice)}>
              {choice}
            </MenuItem>
          ))}
        </Menu>
        <Button
          look="ghost"
          size="iconSm"
          aria-label={t('list.previous')}
          disabled={busy || !previous}
          onClick={() => previous && onTurn(previous)}
        >
          <ChevronLeft size={16} aria-hidden />
        </Button>
        <Button
          look="ghost"
          size="iconSm"
          aria-label={t('list.next')}
          disabled={busy || !next}
          onClick={() => next && onTurn(next)}
        >
          <ChevronRight size={16} aria-hidden />
        </Button>
      </div>
    </div>
  );
}
