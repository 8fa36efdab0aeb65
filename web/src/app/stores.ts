/* SPDX-License-Identifier: Apache-2.0 */
/* The few things that are open or shut across the whole frame. */

import { useSyncExternalStore } from 'react';
import type { Json } from '@/api/types';

function makeStore<T>(initial: T) {
  let value = initial;
  const listeners = new Set<() => void>();
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return {
    get: () => value,
    set: (next: T) => {
      value = next;
      for (const listener of listeners) listener();
    },
    use: () => useSyncExternalStore(subscribe, () => value),
  };
}

export const paletteOpen = makeStore(false);
export const shortcutsOpen = makeStore(false);
export const drawerOpen = makeStore(false);

/** The create sheet: which entity, and what is already known about the new record. */
export type Creating = { entity: string; defaults: Record<string, Json> };
export const creating = makeStore<Creating | null>(null);

const COLLAPSED = 'cairn.sidebar';
const readCollapsed = () => {
  try {
    return localStorage.getItem(COLLAPSED) === 'collapsed';
  } catch {
    return false;
  }
};
const collapsed = makeStore(readCollapsed());
export const sidebarCollapsed = {
  ...collapsed,
  set: (next: boolean) => {
    collapsed.set(next);
    try {
      localStorage.setItem(COLLAPSED, next ? 'collapsed' : 'open');
    } catch {
      // Without storage the choice lasts until the page is closed.
    }
  },
};
