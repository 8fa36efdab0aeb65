/* SPDX-License-Identifier: Apache-2.0 */
/* Rows that are still being read. */

import { Skeleton } from '@/ui/bits';

export const Waiting = () => (
  <div className="flex flex-col gap-6 p-5">
    {[0, 1, 2, 3, 4].map((row) => (
      <Skeleton key={row} className="h-5 w-full" />
    ))}
  </div>
);
