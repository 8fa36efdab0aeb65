/* SPDX-License-Identifier: Apache-2.0 */
/* Roles, and what each may do: the server's answer to every entity, verb and field, beside the preset's. */
import { queryOptions } from '@tanstack/react-query';
import { get, getPage, patch } from '@/api/client';
import { findEntity, findField } from '@/api/meta';
import type { Meta, RecordData } from '@/api/types';

export const verbs = [
  'read',
  'create',
  'update',
  'delete',
  'assign',
  'export',
  'import',
  'bulk',
  'merge',
  'issue',
  'correct',
] as const;
export type RoleVerb = (typeof verbs)[number];

export const scopes = ['none', 'own', 'team', 'partner', 'all'] as const;
export type Scope = (typeof scopes)[number];

export const fieldRules = ['write', 'read', 'none'] as const;
export type FieldRule = (typeof fieldRules)[number];

export type Role = RecordData & {
  name: string;
  key: string;
  preset: string;
  description: string | null;
  builtIn: boolean;
};

export type FieldAccess = { name: string; label: string; rule: FieldRule; preset: FieldRule };
export type EntityAccess = {
  name: string;
  label: string;
  group: string;
  /** Kept by administrators alone. */
  locked: boolean;
  access: Record<RoleVerb, Scope>;
  preset: Record<RoleVerb, Scope>;
  fields: FieldAccess[];
};
export type Access = { key: string; preset: string; entities: EntityAccess[] };

export const rolesQuery = queryOptions({
  queryKey: ['list', 'role', 'all'],
  queryFn: async ({ signal }) => (await getPage<Role>('/api/v1/roles?limit=200', signal)).data,
});

export const accessQuery = (id: string) =>
  queryOptions({
    queryKey: ['role-access', id],
    queryFn: ({ signal }) => get<Access>(`/api/v1/roles/${id}/access`, signal),
  });

/** By the names that the reader's pages have for entities and fields. */
export const named = (access: Access, meta: Meta): Access => ({
  ...access,
  entities: access.entities.map((one) => {
    const entity = findEntity(meta, one.name);
    if (!entity) return one;
    const fields = one.fields.map((f) => ({ ...f, label: findField(entity, f.name)?.label ?? f.label }));
    return { ...one, label: entity.labelPlural, fields };
  }),
});

/** Null gives the rule back to the preset. */
export const setScope = (id: string, entity: string, verb: RoleVerb, scope: Scope | null) =>
  patch(`/api/v1/roles/${id}`, { access: { [entity]: { [verb]: scope } } });

export const setFieldRule = (id: string, entity: string, field: string, rule: FieldRule | null) =>
  patch(`/api/v1/roles/${id}`, { fields: { [`${entity}.${field}`]: rule } });

/** The access with one answer changed, to show at once what is being written. */
export const withScope = (access: Access, entity: string, verb: RoleVerb, scope: Scope): Access => ({
  ...access,
  entities: access.entities.map((e) =>
    e.name === entity ? { ...e, access: { ...e.access, [verb]: scope } } : e,
  ),
});

export const withFieldRule = (access: Access, entity: string, field: string, rule: FieldRule): Access => ({
  ...access,
  entities: access.entities.map((e) =>
    e.name === entity ? { ...e, fields: e.fields.map((f) => (f.name === field ? { ...f, rule } : f)) } : e,
  ),
});

export const differs = (entity: EntityAccess): number =>
  verbs.filter((verb) => entity.access[verb] !== entity.preset[verb]).length +
  entity.fields.filter((field) => field.rule !== field.preset).length;
