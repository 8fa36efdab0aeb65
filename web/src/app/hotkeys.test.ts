/* SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import { safeNext } from '@/lib/next';
import { assignLetters, nameOf } from './hotkeys';

describe('shortcuts', () => {
  it('gives each name a letter of its own', () => {
    expect([...assignLetters(['companies', 'contacts', 'deals', 'hh'], ['h'])]).toEqual([
      ['companies', 'c'],
      ['contacts', 'o'],
      ['deals', 'd'],
    ]);
  });

  it('treats Ctrl and Command alike', () => {
    expect(nameOf({ key: 'K', metaKey: true, ctrlKey: false })).toBe('mod+k');
    expect(nameOf({ key: 's', metaKey: false, ctrlKey: true })).toBe('mod+s');
    expect(nameOf({ key: '?', metaKey: false, ctrlKey: false })).toBe('?');
  });
});

describe('where to go after signing in', () => {
  it('stays on our own pages', () => {
    expect(safeNext('/deals?page=2')).toBe('/deals?page=2');
    for (const bad of [null, '', 'https://evil.example', '//evil.example', '/\\evil.example']) {
      expect(safeNext(bad)).toBe('/');
    }
  });
});
