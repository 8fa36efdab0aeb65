/* SPDX-License-Identifier: Apache-2.0 */
/* The shapes of /api/v1 that the UI reads. Entities themselves are described by /meta at run time. */

export const fieldTypes = [
  'text',
  'longText',
  'email',
  'phone',
  'url',
  'integer',
  'decimal',
  'percent',
  'money',
  'currency',
  'country',
  'timeZone',
  'boolean',
  'date',
  'datetime',
  'enum',
  'picklist',
  'multiPicklist',
  'reference',
  'multiReference',
  'json',
  'uuid',
  'externalIds',
] as const;
export type FieldType = (typeof fieldTypes)[number];

export const operators = [
  'eq',
  'ne',
  'gt',
  'gte',
  'lt',
  'lte',
  'in',
  'contains',
  'startsWith',
  'null',
] as const;
export type Operator = (typeof operators)[number];

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

export type FieldOption = { key: string; label: string; color?: string | null; archived?: boolean };

export type FieldMeta = {
  name: string;
  label: string;
  type: FieldType;
  required?: boolean;
  readOnly?: boolean;
  immutable?: boolean;
  sortable?: boolean;
  filterable?: boolean;
  searchable?: boolean;
  minLength?: number | null;
  maxLength?: number | null;
  min?: number | null;
  max?: number | null;
  scale?: number | null;
  default?: Json;
  help?: string | null;
  section?: string | null;
  options?: FieldOption[] | null;
  picklist?: string | null;
  references?: string | null;
  include?: string | null;
  operators?: Operator[];
  custom?: boolean;
  computed?: boolean;
};

export type Scope = 'none' | 'own' | 'team' | 'partner' | 'all';
export type Verb =
  | 'read'
  | 'create'
  | 'update'
  | 'delete'
  | 'assign'
  | 'issue'
  | 'correct'
  | 'export'
  | 'import'
  | 'bulk'
  | 'merge';

/** Rows of another entity that are part of a record, read and written with it as one array. */
export type NestedMeta = {
  name: string;
  label: string;
  entity: string;
  by: string;
  most: number;
  fields: FieldMeta[];
};

export type EntityMeta = {
  name: string;
  plural: string;
  path: string;
  /** Of rows that are part of another entity's records: that entity. */
  nestedIn?: string | null;
  label: string;
  labelPlural: string;
  icon?: string | null;
  group?: string | null;
  titleFields: string[];
  defaultSort?: string | null;
  listFields: string[];
  searchable?: boolean;
  /** The field by which a board has columns; null for none. */
  boardBy?: string | null;
  access: Record<'read' | 'create' | 'update' | 'delete', Scope> & Partial<Record<Verb, Scope>>;
  fields: FieldMeta[];
  nested?: NestedMeta[];
};

export type MetaUser = {
  id: string;
  email: string;
  firstName: string;
  lastName: string;
  role: string;
  /** Of a partner's people: the partner. */
  partnerId?: string | null;
};
export type MetaOrganization = {
  id: string;
  name: string;
  currency: string;
  timeZone: string;
  locale: string;
  /** 0 is Sunday. */
  weekStart?: number;
};

export type Meta = {
  version: string;
  user: MetaUser;
  organization: MetaOrganization;
  can: { import?: boolean; export?: boolean; administer?: boolean; invite?: boolean };
  entities: EntityMeta[];
};

/** A record of any entity: what its fields are, only the metadata knows. */
export type RecordData = { [field: string]: Json | undefined } & { id: string };

export type Pagination = {
  page?: number;
  limit: number;
  total: number;
  pages?: number;
  nextCursor?: string | null;
  totalIsEstimate?: boolean;
};
export type Page<T> = { data: T[]; pagination: Pagination };

export type ErrorDetail = { field?: string | null; code?: string; message: string };

export type Change = {
  id: string;
  at: string;
  action: string;
  entity?: string;
  actorId: string | null;
  actor: { id: string; firstName?: string | null; lastName?: string | null; email?: string } | null;
  /** field → [before, after] */
  diff: Record<string, [Json, Json]>;
};

export type OrganizationChoice = { id: string; name: string; role?: string };

export type SalesOverview = {
  currency: string;
  deals: {
    total: number;
    open: number;
    won: number;
    lost: number;
    wonAmount: number;
    openAmount: number;
    weightedAmount: number;
    winRate: number | null;
  };
  byStage: {
    stageId: string;
    stage: string;
    category: 'open' | 'won' | 'lost';
    position: number;
    count: number;
    amount: number;
  }[];
  wonByMonth: { month: string; count: number; amount: number }[];
  byOwner: {
    ownerId: string | null;
    owner: string | null;
    won: number;
    wonAmount: number;
    lost: number;
    open: number;
  }[];
  byTeam: {
    teamId: string | null;
    team: string | null;
    managerId: string | null;
    manager: string | null;
    won: number;
    wonAmount: number;
  }[];
};
