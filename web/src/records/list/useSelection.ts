/* SPDX-License-Identifier: Apache-2.0 */
/* Which records are chosen: some by id, or all that the list's filter finds. */
import { useMemo, useState } from 'react';

export type Selection = {
  ids: ReadonlySet<string>;
  /** All that match are meant, also those that were never read. */
  all: boolean;
  has: (id: string) => boolean;
  toggle: (id: string, index: number) => void;
  /** From the last one toggled up to this. */
  extend: (index: number, idsBetween: (from: number, to: number) => Promise<string[]>) => void;
  set: (ids: Iterable<string>) => void;
  chooseAll: () => void;
  clear: () => void;
};

const none: ReadonlySet<string> = new Set();

/** `of` names the list; in another one nothing is chosen. */
export function useSelection(of: string): Selection {
  const [chosen, setChosen] = useState<{
    of: string;
    ids: ReadonlySet<string>;
    all: boolean;
    anchor: number;
  }>({
    of,
    ids: none,
    all: false,
    anchor: 0,
  });
  const now = chosen.of === of ? chosen : { of, ids: none, all: false, anchor: 0 };
  return useMemo(
    () => ({
      ids: now.ids,
      all: now.all,
      has: (id) => now.all || now.ids.has(id),
      toggle: (id, index) => {
        const ids = new Set(now.ids);
        if (!ids.delete(id)) ids.add(id);
        setChosen({ of, ids, all: false, anchor: index });
      },
      extend: (index, idsBetween) => {
        void idsBetween(now.anchor, index).then((more) =>
          setChosen({ of, ids: new Set([...now.ids, ...more]), all: false, anchor: index }),
        );
      },
      set: (ids) => setChosen({ of, ids: new Set(ids), all: false, anchor: now.anchor }),
      chooseAll: () => setChosen({ of, ids: now.ids, all: true, anchor: now.anchor }),
      clear: () => setChosen({ of, ids: none, all: false, anchor: 0 }),
    }),
    [now, of],
  );
}
