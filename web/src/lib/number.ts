/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a number as people write it in their language: "1,234.50", "1.234,50", "1 234". */

function separators(locale: string): { group: string; decimal: string } {
  const parts = new Intl.NumberFormat(locale).formatToParts(1234567.5);
  return {
    group: parts.find((p) => p.type === 'group')?.value ?? ',',
    decimal: parts.find((p) => p.type === 'decimal')?.value ?? '.',
  };
}

/** The plain form ("1234.5"), or null when it is not a number. */
export function readNumber(text: string, locale: string): string | null {
  const { group, decimal } = separators(locale);
  let plain = text.trim().replace(/[\s'’\u00a0\u202f]/g, '');
  const grouped = new RegExp(`^[+-]?\\d{1,3}(\\${group}\\d{3})+(\\${decimal}\\d+)?$`);
  if (grouped.test(plain)) plain = plain.replaceAll(group, '');
  if (decimal !== '.') plain = plain.replace(decimal, '.');
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(plain) ? plain.replace(/^\+/, '') : null;
}
