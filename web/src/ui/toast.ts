/* SPDX-License-Identifier: Apache-2.0 */
/* Toasts, callable from anywhere: `toast.good(…)`, `toast.bad(…)`, each with at most one action. */

export type Tone = 'good' | 'bad';
export type Extra = { description?: string; action?: { label: string; run: () => void } };

const show = (tone: Tone, title: string, extra?: Extra) =>
  void import('./Toaster').then((toaster) => toaster.show(tone, title, extra));

export const toast = {
  good: (title: string, extra?: Extra) => show('good', title, extra),
  bad: (title: string, extra?: Extra) => show('bad', title, extra),
};
