/* SPDX-License-Identifier: Apache-2.0 */
/* Where one is in the table, and how the keyboard moves it. */
import { type KeyboardEvent, useState } from 'react';

export type Place = { row: number; column: number };

export type GridActs = {
  rows: number;
  columns: number;
  page: number;
  /** Enter, F2 or a second click: begin to write, open, unfold, whichever fits. */
  act: (place: Place, key: 'enter' | 'edit') => void;
  choose: (row: number) => void;
  extend: (row: number) => void;
  chooseAll: () => void;
  escape: () => void;
};

type Move = (place: Place, acts: GridActs) => Place;
const moves: Record<string, Move> = {
  ArrowUp: (p) => ({ ...p, row: p.row - 1 }),
  ArrowDown: (p) => ({ ...p, row: p.row + 1 }),
  ArrowLeft: (p) => ({ ...p, column: p.column - 1 }),
  ArrowRight: (p) => ({ ...p, column: p.column + 1 }),
  PageUp: (p, { page }) => ({ ...p, row: p.row - page }),
  PageDown: (p, { page }) => ({ ...p, row: p.row + page }),
  Home: (p) => ({ ...p, column: 0 }),
  End: (p, { columns }) => ({ ...p, column: columns - 1 }),
  'mod+Home': () => ({ row: 0, column: 0 }),
  'mod+End': (_, { rows, columns }) => ({ row: rows - 1, column: columns - 1 }),
  j: (p) => ({ ...p, row: p.row + 1 }),
  k: (p) => ({ ...p, row: p.row - 1 }),
};

export const clampPlace = (place: Place, acts: Pick<GridActs, 'rows' | 'columns'>): Place => ({
  row: Math.min(Math.max(place.row, 0), Math.max(acts.rows - 1, 0)),
  column: Math.min(Math.max(place.column, 0), Math.max(acts.columns - 1, 0)),
});

/** What a key does to the place; null when it moves nothing. */
export function movedBy(key: string, place: Place | null, acts: GridActs): Place | null {
  const move = moves[key];
  if (!move) return null;
  // The first key only shows where one is.
  if (!place) return clampPlace({ row: 0, column: 0 }, acts);
  return clampPlace(move(place, acts), acts);
}

const nameOf = (event: KeyboardEvent) => (event.metaKey || event.ctrlKey ? `mod+${event.key}` : event.key);

export function useGridKeys(acts: GridActs, onMove: (place: Place) => void) {
  const [active, setActive] = useState<Place | null>(null);
  const go = (place: Place) => {
    setActive(place);
    onMove(place);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.altKey) return;
    const key = nameOf(event);
    const next = movedBy(key, active, acts);
    if (next) {
      go(next);
      if (event.shiftKey && (key === 'ArrowDown' || key === 'ArrowUp')) acts.extend(next.row);
    } else if (key === 'mod+a') acts.chooseAll();
    else if (key === 'Escape') {
      acts.escape();
      setActive(null);
      return;
    } else if (!active) return;
    else if (key === 'Enter') acts.act(active, 'enter');
    else if (key === 'F2') acts.act(active, 'edit');
    else if (key === ' ' || key === 'x') acts.choose(active.row);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return { active, go, leave: () => setActive(null), onKeyDown };
}
