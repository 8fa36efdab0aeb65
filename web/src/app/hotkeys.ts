/* SPDX-License-Identifier: Apache-2.0 */
/* Keyboard shortcuts: single keys, `mod+key`, and two-key sequences such as `g h`. */
import { useEffect, useRef } from 'react';

export type Hotkeys = Record<string, (event: KeyboardEvent) => void>;

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

const isOverlaid = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('[role="dialog"],[role="menu"],[role="listbox"]') !== null;

export function nameOf(event: Pick<KeyboardEvent, 'key' | 'metaKey' | 'ctrlKey'>): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return event.metaKey || event.ctrlKey ? `mod+${key}` : key;
}

const SEQUENCE_MS = 900;

export function useHotkeys(keys: Hotkeys) {
  const current = useRef(keys);
  useEffect(() => {
    current.current = keys;
  });
  useEffect(() => {
    let first = '';
    let firstAt = 0;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey) return;
      const name = nameOf(event);
      const withModifier = name.startsWith('mod+');
      if (!withModifier && (isTyping(event.target) || isOverlaid(event.target))) return;
      const sequence = first && event.timeStamp - firstAt < SEQUENCE_MS ? `${first} ${name}` : name;
      const run = current.current[sequence] ?? current.current[name];
      first = name;
      firstAt = event.timeStamp;
      if (!run) return;
      first = '';
      event.preventDefault();
      run(event);
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
}

/** A letter for each name, the first of its letters nobody before it has taken. */
export function assignLetters(names: string[], taken: string[]): Map<string, string> {
  const used = new Set(taken);
  const letters = new Map<string, string>();
  for (const name of names) {
    const letter = [...name.toLowerCase()].find((char) => /[a-z]/.test(char) && !used.has(char));
    if (!letter) continue;
    used.add(letter);
    letters.set(name, letter);
  }
  return letters;
}

export const modKey = /Mac|iPhone|iPad/.test(globalThis.navigator?.userAgent ?? '') ? '⌘' : 'Ctrl';
