/* SPDX-License-Identifier: Apache-2.0 */
/* The drag-and-drop library writes its rules into <style> elements, which our CSP refuses; constructed sheets take
   them instead. A version of the library that looks different fails the build rather than the page. */
import type { Plugin } from 'vite';

const helper = `
const ruleSheets = new WeakMap();
const writeRules = (el, text) => {
  let sheet = ruleSheets.get(el);
  if (!sheet) {
    sheet = new CSSStyleSheet();
    ruleSheets.set(el, sheet);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }
  sheet.replaceSync(text);
};
const dropRules = (el) => {
  const sheet = ruleSheets.get(el);
  document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
  el.remove();
};
`;

const changes: [from: string, to: string, times: number][] = [
  ["document.createElement('style')", "document.createElement('meta')", 1],
  ['el.textContent = proposed;', 'writeRules(el, proposed);', 2],
  ['getHead().removeChild(current);', 'dropRules(current);', 1],
];

export function dndSheets(): Plugin {
  return {
    name: 'dnd-sheets',
    apply: 'build',
    transform(code, id) {
      if (!id.includes('@hello-pangea/dnd/dist/')) return null;
      let changed = code;
      for (const [from, to, times] of changes) {
        if (changed.split(from).length !== times + 1)
          this.error(`dnd-sheets: "${from}" is not there ${times}×`);
        changed = changed.replaceAll(from, to);
      }
      return { code: changed + helper, map: null };
    },
  };
}
