/* SPDX-License-Identifier: Apache-2.0 */
/* What a session was opened with, as far as the browser tells. */

/** In this order: most browsers also claim to be one of those below them. */
const browsers: [RegExp, string][] = [
  [/\bEdg/, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/\bChrome\/|\bCriOS\/|\bHeadlessChrome\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];
const systems: [RegExp, string][] = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/CrOS/, 'ChromeOS'],
  [/Mac OS X|Macintosh/, 'macOS'],
  [/Linux/, 'Linux'],
];

const nameIn = (list: [RegExp, string][], text: string) => list.find(([mark]) => mark.test(text))?.[1];

export type Device = { browser: string | null; system: string | null; isHandheld: boolean };

export function deviceOf(userAgent: string | null | undefined): Device {
  const text = userAgent ?? '';
  const system = nameIn(systems, text) ?? null;
  // A program that is no browser calls itself `name/version`.
  const browser = nameIn(browsers, text) ?? /^([\w.-]+)(?:\/|$)/.exec(text)?.[1] ?? null;
  return { browser, system, isHandheld: system === 'iPhone' || system === 'iPad' || system === 'Android' };
}
