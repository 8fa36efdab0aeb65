/* SPDX-License-Identifier: Apache-2.0 */
import { readdirSync, readFileSync } from 'node:fs';
import { createInstance } from 'i18next';
import { describe, expect, it } from 'vitest';
import type { Meta } from '@/api/types';
import { formatDate, formatMoney, formatNumber } from '@/lib/format';
import { languageOf, spokenLocale } from './language';
import { cases, names, words } from './sr';

/** Strings that Serbian still lacks: this only falls. */
const MISSING = 0;

type Tree = { [key: string]: string | Tree };
const here = new URL('./', import.meta.url);
const files = readdirSync(here).filter((name) => /^en(\.\w+)?\.json$/.test(name));
const read = (name: string): Tree => {
  try {
    return JSON.parse(readFileSync(new URL(name, here), 'utf8'));
  } catch {
    return {};
  }
};

function flat(tree: Tree, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[path + key, value]] : flat(value, `${path}${key}.`),
  );
}

const placeholders = (text: string) => [...text.matchAll(/\{\{\s*(\w+)/g)].map(([, name]) => name).sort();

/** By what is said: the plural forms of one key together. */
function said(tree: Tree) {
  const of = new Map<string, Map<string, string>>();
  for (const [key, text] of flat(tree)) {
    const [, stem = key, form = ''] = /^(.+)_(one|few|other)$/.exec(key) ?? [];
    of.set(stem, (of.get(stem) ?? new Map()).set(form, text));
  }
  return of;
}

describe.each(files)('%s and its Serbian', (name) => {
  const english = said(read(name));
  const serbian = said(read(name.replace(/^en/, 'sr')));

  it('says nothing that English does not', () => {
    expect([...serbian.keys()].filter((key) => !english.has(key))).toEqual([]);
  });
  it('has the plural forms of the language where English has its own', () => {
    const rules = new Intl.PluralRules('sr').resolvedOptions().pluralCategories.toSorted();
    for (const [key, forms] of serbian) {
      const plural = english.get(key)?.has('one');
      expect([key, [...forms.keys()].toSorted()]).toEqual([key, plural ? rules : ['']]);
    }
  });
  it('puts the same values into its sentences', () => {
    for (const [key, forms] of serbian) {
      const allowed = [...(english.get(key)?.values() ?? [])].map((text) => placeholders(text).join());
      // A form that English has not, such as that of two, may say the number where "one" is a word.
      for (const text of forms.values())
        expect(allowed, `${key}: ${text}`).toContain(placeholders(text).join());
    }
  });
  it('leaves no sentence empty that English has', () => {
    for (const [key, forms] of serbian) {
      const empty = [...(english.get(key)?.values() ?? [])].every((text) => text === '');
      for (const text of forms.values()) expect([key, text === '']).toEqual([key, empty]);
    }
  });
});

it('Serbian lacks no more than is known', () => {
  const missing = files.flatMap((name) => {
    const serbian = said(read(name.replace(/^en/, 'sr')));
    return [...said(read(name)).keys()].filter((key) => !serbian.has(key)).map((key) => `${name} ${key}`);
  });
  expect(missing.slice(MISSING)).toEqual([]);
});

describe('Serbian', () => {
  const sr = createInstance();
  void sr.init({
    lng: 'sr',
    resources: { sr: { translation: words } },
    interpolation: { escapeValue: false },
    initAsync: false,
  });
  for (const [name, format] of Object.entries(cases)) sr.services.formatter?.add(name, format);

  it.each([
    [1, '1 nesačuvana izmena'],
    [2, '2 nesačuvane izmene'],
    [5, '5 nesačuvanih izmena'],
    [11, '11 nesačuvanih izmena'],
    [21, '21 nesačuvana izmena'],
    [22, '22 nesačuvane izmene'],
  ])('counts %i', (count, text) => expect(sr.t('record.changes', { count })).toBe(text));

  it('puts nouns into the case that the sentence asks for', () => {
    expect(sr.t('list.new', { entity: 'kompanija' })).toBe('Dodaj kompaniju');
    expect(sr.t('list.empty', { entities: 'zadaci' })).toBe('Još nema zadataka');
    const deleted = (count: number) =>
      sr.t('bulk.deleted', { count, entity: 'kontakt', entities: 'kontakti' });
    expect([1, 2, 5].map(deleted)).toEqual([
      'Obrisano: 1 kontakt',
      'Obrisano: 2 kontakta',
      'Obrisano: 5 kontakata',
    ]);
    expect(sr.t('list.new', { entity: 'xyz' })).toBe('Dodaj xyz');
  });

  it('names entities, fields and options, but not what an organisation named itself', () => {
    const field = (label: string, more = {}) => ({ name: 'x', type: 'text', label, ...more });
    const meta = {
      entities: [
        {
          label: 'Company',
          labelPlural: 'Companies',
          fields: [
            field('Status', {
              options: [
                { key: 'open', label: 'Open' },
                { key: 'x', label: 'Ours' },
              ],
            }),
            field('Name', { custom: true }),
            field('Favourite', { section: 'Profile', help: 'Due some time that day.' }),
            field('Id', { section: 'System' }),
          ],
        },
        { label: 'Spaceship', labelPlural: 'Spaceships', fields: [] },
      ],
    } as unknown as Meta;
    const [company, ship] = names(meta).entities;
    expect([company?.label, company?.labelPlural]).toEqual(['Kompanija', 'Kompanije']);
    expect(company?.fields[0]?.options?.map((one) => one.label)).toEqual(['Otvoreno', 'Ours']);
    expect(company?.fields.map((one) => one.label)).toEqual(['Status', 'Name', 'Favourite', 'ID']);
    expect(company?.fields[2]?.section).toBe('Profil');
    expect(company?.fields[2]?.help).toBe('Rok je u toku tog dana.');
    // The pages know what the server alone writes by this name.
    expect(company?.fields[3]?.section).toBe('System');
    expect([ship?.label, ship?.labelPlural]).toEqual(['Spaceship', 'Spaceships']);
  });
});

describe('the language', () => {
  it.each([
    ['system', ['sr-RS', 'en'], 'sr'],
    ['system', ['de', 'sr-Latn-RS', 'en'], 'sr'],
    ['system', ['en-GB', 'sr'], 'en'],
    ['system', ['de', 'fr'], 'en'],
    ['system', [], 'en'],
    ['en', ['sr'], 'en'],
    ['sr', ['en'], 'sr'],
  ] as const)('%s of %j is %s', (choice, wanted, language) =>
    expect(languageOf(choice, wanted)).toBe(language),
  );

  it('decides how numbers and dates are written', () => {
    expect(spokenLocale('en-US', 'sr')).toBe('sr-Latn-RS');
    expect(spokenLocale('en-US', 'en')).toBe('en-US');
    expect(spokenLocale('sr-Latn-RS', 'en')).toBe('en-GB');
    const at = { locale: spokenLocale('en', 'sr'), currency: 'RSD', timeZone: 'Europe/Belgrade' };
    expect(formatNumber(1234.5, at)).toBe('1.234,5');
    expect(formatMoney(1234.5, at)).toBe('1.234,50\u00a0RSD');
    expect(formatDate('2026-11-20', at)).toBe('20. nov 2026.');
  });
});
