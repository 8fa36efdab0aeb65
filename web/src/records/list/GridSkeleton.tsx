/* SPDX-License-Identifier: Apache-2.0 */
/* The table before its rows have come. */
import { cn } from '@/lib/cn';
import { Skeleton } from '@/ui/bits';
import type { Column } from '../columns';
import { ROW } from './useWindow';

const rows = Array.from({ length: 14 }, (_, row) => row);

export function GridSkeleton({ columns, narrow }: { columns: Column[]; narrow: boolean }) {
  if (narrow)
    return (
      <div className="flex flex-col gap-6 p-4" aria-hidden>
        {rows.slice(0, 6).map((row) => (
          <div key={row} className="flex flex-col gap-2">
            <Skeleton className="h-4 w-44" />
            <Skeleton className="h-3 w-64" />
          </div>
        ))}
      </div>
    );
  return (
    <div className="min-h-0 flex-1 overflow-hidden pt-[33px]" aria-hidden>
      {rows.map((row) => (
        <div key={row} style={{ height: ROW }} className="flex items-center border-line border-b">
          {columns.map((column) => (
            <div key={column.id} style={{ width: column.width }} className="shrink-0 px-4">
              <Skeleton className={cn('h-3', column.isTitle ? 'w-40' : 'w-20')} />
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}
