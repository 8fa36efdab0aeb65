/* SPDX-License-Identifier: Apache-2.0 */
/* What a chart shows, whatever it looks like: rows with a figure for each series, and where each of them leads. */

/** Colours of the theme, which differ in both schemes. */
export const tones = {
  first: 'bg-chart-1',
  second: 'bg-chart-2',
  third: 'bg-chart-3',
  bad: 'bg-chart-4',
  fifth: 'bg-chart-5',
  quiet: 'bg-chart-quiet',
} as const;
export type Tone = keyof typeof tones;

export type Series = { label: string; tone: Tone };

export type Row = {
  key: string;
  label: string;
  /** The list behind the row; null where no filter can say it. */
  to: string | null;
  values: number[];
  /** The lists behind the figures, where they have one each. */
  links?: (string | null)[];
  /** How many records are behind the figures. */
  count?: number;
  /** Instead of the first series' colour. */
  tone?: Tone;
};

export type Chart = {
  /** What the rows are. */
  first: string;
  /** What `count` counts. */
  counted?: string;
  series: Series[];
  rows: Row[];
  format: (value: number) => string;
  /** Beside bars, where figures stand one below the other. */
  brief?: (value: number) => string;
  /** For axes, where there is little room. */
  short?: (value: number) => string;
};

/** Round figures from nought to no less than `most`, four or five of them. */
export function ticksTo(most: number): number[] {
  if (!(most > 0)) return [0, 1];
  const rough = most / 4;
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = size * ([1, 2, 2.5, 5, 10].find((factor) => factor * size >= rough) ?? 10);
  const count = Math.ceil(most / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, i) => Number((i * step).toPrecision(12)));
}

export const sum = (values: number[]): number => values.reduce((all, value) => all + value, 0);

export const isEmptyChart = (chart: Chart): boolean =>
  chart.rows.every((row) => row.values.every((value) => value === 0) && !row.count);

/** `/deals?status=won&…`; what is undefined or '' is no filter. */
export function listTo(slug: string, filters: Record<string, string | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filters)) if (value) query.set(name, value);
  return query.size ? `/${slug}?${query}` : `/${slug}`;
}

/** The same of a filter as reports tell it. */
export const filterTo = (slug: string, filter: string | null | undefined): string | null =>
  filter === null || filter === undefined
    ? null
    : listTo(slug, Object.fromEntries(new URLSearchParams(filter)));
