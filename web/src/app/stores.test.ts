/* SPDX-License-Identifier: Apache-2.0 */
/* What is open or shut across the frame: told to whoever listens, and what is a choice is kept. */
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

let kept: Map<string, string>;
const storage = () => ({
  getItem: (key: string) => kept.get(key) ?? null,
  setItem: (key: string, value: string) => void kept.set(key, value),
});
const load = async () => {
  vi.resetModules();
  return { ...(await import('./stores')), ...(await import('./theme')) };
};

beforeEach(() => {
  kept = new Map();
  vi.stubGlobal('localStorage', storage());
  vi.stubGlobal('window', new EventTarget());
});
afterEach(() => vi.unstubAllGlobals());

describe('what the frame knows', () => {
  it('S2-UI-05 S1-UI-03 holds a value for everybody', async () => {
    const { creating, paletteOpen } = await load();
    expect([paletteOpen.get(), creating.get()]).toEqual([false, null]);
    paletteOpen.set(true);
    creating.set({ entity: 'deal', defaults: { stageId: 's1' } });
    expect(paletteOpen.get()).toBe(true);
    expect(creating.get()).toEqual({ entity: 'deal', defaults: { stageId: 's1' } });
  });

  it('S2-UI-05 the sidebar stays as it was left', async () => {
    const first = await load();
    expect(first.sidebarCollapsed.get()).toBe(false);
    first.sidebarCollapsed.set(true);
    expect((await load()).sidebarCollapsed.get()).toBe(true);
    first.sidebarCollapsed.set(false);
    expect((await load()).sidebarCollapsed.get()).toBe(false);
  });

  it('S2-UI-05 without storage a choice holds as long as the page', async () => {
    const refuse = () => {
      throw new DOMException('denied', 'SecurityError');
    };
    vi.stubGlobal('localStorage', { getItem: refuse, setItem: refuse });
    const { sidebarCollapsed, setTheme } = await load();
    sidebarCollapsed.set(true);
    expect(sidebarCollapsed.get()).toBe(true);
    expect(() => setTheme('dark')).not.toThrow();
  });
});

describe('the theme', () => {
  it('S1-UI-03 S3-UI-09 is told to the page and kept; what is no theme is the system’s', async () => {
    const { setTheme } = await load();
    const heard: unknown[] = [];
    window.addEventListener('cairn:theme', (event) => heard.push((event as CustomEvent).detail));
    setTheme('dark');
    expect([heard, kept.get('cairn.theme')]).toEqual([['dark'], 'dark']);
  });
});

describe('the metadata by context', () => {
  it('S1-UI-03 S1-UI-04 is the nearest provider’s, and nothing outside of the signed-in part', async () => {
    const { MetaContext, useEntity, useMeta } = await import('@/api/meta');
    const Shown = () =>
      createElement('p', null, useMeta().user.email, ' ', useEntity('deal')?.label ?? 'none');
    const meta = { user: { email: 'ada@example.com' }, entities: [{ name: 'deal', label: 'Deal' }] };
    const inside = createElement(MetaContext.Provider, { value: meta as never }, createElement(Shown));
    expect(renderToString(inside).replaceAll('<!-- -->', '')).toBe('<p>ada@example.com Deal</p>');
    expect(() => renderToString(createElement(Shown))).toThrow(/outside of the signed-in part/);
  });
});
