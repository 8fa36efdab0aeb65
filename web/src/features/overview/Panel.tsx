/* SPDX-License-Identifier: Apache-2.0 */
/* A titled panel around a table. */
import { type ReactNode, useId } from 'react';

export function Panel({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="min-w-0 rounded-xl bg-surface p-4 shadow-panel">
      <div className="mb-2">
        <h2 id={id} className="font-semibold text-sm">
          {title}
        </h2>
        {hint && <p className="text-faint text-xs">{hint}</p>}
      </div>
      <div className="overflow-x-auto">{children}</div>
    </section>
  );
}
