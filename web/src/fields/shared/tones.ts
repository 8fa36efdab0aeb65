/* SPDX-License-Identifier: Apache-2.0 */
/* Colours for options that bring none: what reads the same everywhere looks the same everywhere. */
const tones: Record<string, string> = {
  won: 'green',
  done: 'green',
  active: 'green',
  signed: 'green',
  accepted: 'green',
  paid: 'green',
  customer: 'green',
  connected: 'green',
  open: 'blue',
  in_progress: 'blue',
  planned: 'blue',
  sent: 'blue',
  meeting: 'violet',
  call: 'cyan',
  email: 'teal',
  note: 'amber',
  prospect: 'amber',
  waiting: 'amber',
  lead: 'cyan',
  high: 'orange',
  urgent: 'red',
  overdue: 'red',
  terminated: 'red',
  admin: 'violet',
  manager: 'blue',
};

export const toneOf = (key: string, color: string | null | undefined): string | null =>
  color ?? tones[key.toLowerCase().replaceAll(' ', '_')] ?? null;
