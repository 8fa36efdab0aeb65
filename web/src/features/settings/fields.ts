/* SPDX-License-Identifier: Apache-2.0 */
/* The organisation's settings as people meet them: by what they are about. Most are fields of the organisation, the
   rest members of its `settings`. */
import { ApiError } from '@/api/client';
import { findField } from '@/api/meta';
import type { EntityMeta, FieldMeta, FieldOption, Json, RecordData } from '@/api/types';
import { t } from '@/i18n';
import type { Locale } from '@/lib/format';

export const sections = ['general', 'region', 'documents', 'numbers', 'rules'] as const;
export type Section = (typeof sections)[number];

const byField: Partial<Record<Section, string[]>> = {
  general: [
    'name',
    'legalName',
    'email',
    'phone',
    'website',
    'taxId',
    'registrationNumber',
    'addressStreet',
    'addressPostalCode',
    'addressCity',
    'addressRegion',
    'addressCountry',
  ],
  region: ['currency', 'timeZone', 'locale', 'weekStart', 'fiscalYearStartMonth'],
  documents: ['bankAccount', 'paymentTermsDays', 'quoteValidDays', 'pricesIncludeTax', 'documentTerms'],
};

const SUNDAY = Date.UTC(2023, 0, 1);
const DAY = 86_400_000;

const days = ({ locale }: Locale): FieldOption[] => {
  const name = new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' });
  return [1, 2, 3, 4, 5, 6, 0].map((day) => ({ key: String(day), label: name.format(SUNDAY + day * DAY) }));
};
const months = ({ locale }: Locale): FieldOption[] => {
  const name = new Intl.DateTimeFormat(locale, { month: 'long', timeZone: 'UTC' });
  return Array.from({ length: 12 }, (_, at) => ({
    key: String(at + 1),
    label: name.format(Date.UTC(2023, at, 1)),
  }));
};

/** Numbers that people know by a name. */
const named: Record<string, (locale: Locale) => FieldOption[]> = {
  weekStart: days,
  fiscalYearStartMonth: months,
};

const leadFields = ['firstName', 'lastName', 'email', 'company', 'source'];
export const TRASH_DAYS = 90;

function rules(lead: EntityMeta | undefined): FieldMeta[] {
  const options = leadFields.map((key) => ({ key, label: (lead && findField(lead, key)?.label) ?? key }));
  const person = { type: 'reference', references: 'user' } as const;
  return [
    {
      name: 'trashDays',
      label: t('settings.trashDays'),
      help: t('settings.trashDaysHint'),
      type: 'integer',
      min: 1,
      max: 3650,
    },
    {
      name: 'leadRequired',
      label: t('settings.leadRequired'),
      help: t('settings.leadRequiredHint'),
      type: 'multiPicklist',
      options,
    },
    {
      name: 'defaultLeadOwnerId',
      label: t('settings.leadOwner'),
      help: t('settings.leadOwnerHint'),
      ...person,
    },
    { name: 'deletedUsersReassignTo', label: t('settings.heir'), help: t('settings.heirHint'), ...person },
  ];
}

export function fieldsOf(
  section: Section,
  organization: EntityMeta,
  lead: EntityMeta | undefined,
  locale: Locale,
): FieldMeta[] {
  if (section === 'rules') return rules(lead);
  return (byField[section] ?? []).flatMap((name) => {
    const field = findField(organization, name);
    if (!field) return [];
    const options = named[name]?.(locale);
    return [options ? { ...field, type: 'enum' as const, options, required: true, help: null } : field];
  });
}

type Settings = { [key: string]: Json };
const settingsOf = (record: RecordData): Settings => {
  const settings = record['settings'];
  return settings && typeof settings === 'object' && !Array.isArray(settings) ? settings : {};
};

/** What the form begins with. */
export function initialOf(section: Section, record: RecordData): Record<string, Json> {
  if (section !== 'rules')
    return Object.fromEntries(
      Object.entries(record).map(([name, value]) => [name, name in named ? String(value) : (value ?? null)]),
    );
  const settings = settingsOf(record);
  return {
    trashDays: 'trashDays' in settings ? (settings['trashDays'] ?? null) : TRASH_DAYS,
    leadRequired: settings['leadRequired'] ?? leadFields,
    defaultLeadOwnerId: settings['defaultLeadOwnerId'] ?? null,
    deletedUsersReassignTo: settings['deletedUsersReassignTo'] ?? null,
  };
}

/** What is sent: other members of `settings` stay as they are. */
export function bodyOf(
  section: Section,
  record: RecordData,
  values: Record<string, Json>,
): Record<string, Json> {
  if (section === 'rules') return { settings: { ...settingsOf(record), ...values } };
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, name in named ? Number(value) : value]),
  );
}

/** A refusal of `settings.trashDays` belongs to the field of that member. */
export const plainError = (error: unknown): unknown =>
  error instanceof ApiError
    ? new ApiError(
        error.status,
        error.code,
        error.message,
        error.details.map((d) => ({ ...d, field: d.field?.replace(/^settings\./, '') ?? null })),
        error.requestId,
      )
    : error;

/** "INV-2026-0007", as the next document of a series is numbered. */
export function nextNumber(series: RecordData, year: string): string {
  const number = String(series['next'] ?? 1).padStart(Number(series['width'] ?? 1), '0');
  return [series['prefix'], ...(series['yearReset'] ? [year] : []), number].join('-');
}
