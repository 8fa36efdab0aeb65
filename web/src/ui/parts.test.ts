/* SPDX-License-Identifier: Apache-2.0 */
/* The parts everything is built of: they know no feature, and say to assistive software what they show. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createElement, type ReactElement } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, it } from 'vitest';
import { Button } from './button';
import { FormRow, Input } from './input';

const SOURCES = path.resolve(import.meta.dirname, '..');
const html = (element: ReactElement) => renderToString(element);

/** Which other folders the files of one take something from. */
function usedBy(folder: string): string[] {
  const files = readdirSync(path.join(SOURCES, folder), { recursive: true, encoding: 'utf8' });
  const texts = files
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name))
    .map((name) => readFileSync(path.join(SOURCES, folder, name), 'utf8'));
  const found = texts.flatMap((text) => [...text.matchAll(/(?:from|import\() ?'@\/(\w+)/g)].map((m) => m[1]));
  return [...new Set(found as string[])].filter((name) => name !== folder).sort();
}

it('S1-UI-02 S2-UI-04 the parts stand below all pages: any feature may use them, they use none', () => {
  expect(usedBy('ui').filter((name) => !['lib', 'i18n'].includes(name))).toEqual([]);
  expect(usedBy('features')).toEqual(expect.arrayContaining(['api', 'app', 'fields', 'records', 'ui']));
});

it('S1-UI-02 a button that is at work can not be pressed again and says that it is busy', () => {
  const idle = html(createElement(Button, {}, 'Save'));
  const busy = html(createElement(Button, { busy: true }, 'Save'));
  expect(idle).toMatch(/^<button type="button"/);
  expect(idle).not.toMatch(/disabled=""|aria-busy/);
  expect(busy).toMatch(/disabled=""/);
  expect(busy).toMatch(/aria-busy="true"/);
});

it('S1-UI-02 S2-UI-04 a row of a form ties its label and its error to the control', () => {
  const control = createElement(Input, { id: 'mail', 'aria-invalid': true });
  const rowOf = (error?: string) =>
    html(FormRow({ id: 'mail', label: 'E-mail', error, children: control }) as ReactElement);
  const row = rowOf('Not an address');
  expect(row).toMatch(/<label for="mail"[^>]*>E-mail/);
  expect(row).toMatch(/<input[^>]*id="mail"/);
  expect(row).toMatch(/id="mail-error"[^>]*>Not an address/);
  expect(rowOf()).not.toMatch(/mail-error/);
});
