/* SPDX-License-Identifier: Apache-2.0 */
/* The served OpenAPI document, read for people: routes by what they are about, schemas in words, examples. */

export type Schema = {
  $ref?: string;
  title?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: Schema | boolean;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  readOnly?: boolean;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  maxItems?: number;
  pattern?: string;
  default?: unknown;
};
type Ref = { $ref?: string };
export type Parameter = Ref & {
  name: string;
  in: 'path' | 'query' | 'header' | 'cookie';
  required?: boolean;
  description?: string;
  style?: string;
  schema?: Schema;
};
type Content = Record<string, { schema?: Schema }>;
type Response = Ref & { description?: string; content?: Content };
type RawOperation = {
  operationId?: string;
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content?: Content };
  responses?: Record<string, Response>;
  security?: unknown[];
};
export type Spec = {
  info: { title: string; version: string; description?: string };
  paths: Record<string, Record<string, RawOperation>>;
  components: Record<string, Record<string, unknown>>;
  'x-tagGroups'?: { name: string; tags: string[] }[];
};

export type Operation = RawOperation & { key: string; method: string; path: string; tag: string };

export const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** What a reference points to; the thing itself where it is none. */
export function resolve<T extends object>(spec: Spec, node: T | Ref): T {
  const ref = (node as Ref).$ref;
  if (!ref) return node as T;
  const found = ref
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], spec);
  return (found ?? {}) as T;
}

const cache = new WeakMap<Spec, Operation[]>();

/** Each route once, as it is first told of. */
export function operationsOf(spec: Spec): Operation[] {
  const known = cache.get(spec);
  if (known) return known;
  const all = Object.entries(spec.paths).flatMap(([path, byMethod]) =>
    methods.flatMap((method): Operation[] => {
      const operation = byMethod[method];
      if (!operation) return [];
      return [{ ...operation, method, path, key: `${method} ${path}`, tag: operation.tags?.[0] ?? '' }];
    }),
  );
  cache.set(spec, all);
  return all;
}

export type Group = { name: string; tags: { name: string; count: number }[] };

export function groupsOf(spec: Spec): Group[] {
  const counts = new Map<string, number>();
  for (const { tag } of operationsOf(spec)) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  const told = (spec['x-tagGroups'] ?? []).map(({ name, tags }) => ({
    name,
    tags: tags.filter((t) => counts.has(t)),
  }));
  const known = new Set(told.flatMap((group) => group.tags));
  const rest = [...counts.keys()].filter((tag) => !known.has(tag));
  return [...told, ...(rest.length ? [{ name: '', tags: rest }] : [])].map(({ name, tags }) => ({
    name,
    tags: tags.map((tag) => ({ name: tag, count: counts.get(tag) ?? 0 })),
  }));
}

/** All words must be there: in the path, the summary, the name or the tag. */
export function search(operations: Operation[], text: string): Operation[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return operations.filter((operation) => {
    const where =
      `${operation.method} ${operation.path} ${operation.summary ?? ''} ${operation.operationId ?? ''} ${operation.tag}`.toLowerCase();
    return words.every((word) => where.includes(word));
  });
}

export const nameOfRef = (schema: Schema): string | null => schema.$ref?.split('/').at(-1) ?? null;

const listOf = (type = 'any'): string => `list of ${type.replace(/^one of /, '')}`;

/** "string (uuid) or null", "list of Contact". */
export function typeOf(spec: Spec, schema: Schema): string {
  const name = nameOfRef(schema);
  const plain = resolve<Schema>(spec, schema);
  if (name && (plain.properties || plain.allOf || plain.anyOf)) return plain.title ?? name;
  const branches = plain.anyOf ?? plain.oneOf;
  if (branches) return [...new Set(branches.map((one) => typeOf(spec, one)))].join(' or ');
  if ('const' in plain) return JSON.stringify(plain.const);
  const types = Array.isArray(plain.type) ? plain.type : plain.type ? [plain.type] : [];
  if (types.length === 0) return plain.enum ? 'one of these' : plain.properties ? 'object' : 'any';
  return types
    .map((type) => {
      if (type === 'array') return listOf(plain.items && typeOf(spec, plain.items));
      return plain.format && type !== 'null' ? `${type} (${plain.format})` : type;
    })
    .join(' or ');
}

/** "2 to 100 characters", "at most 5", "default 25". */
export function limitsOf(schema: Schema): string[] {
  const between = (least: number | undefined, most: number | undefined, unit: string): string[] => {
    if (least !== undefined && most !== undefined) return [`${least} to ${most}${unit}`];
    if (most !== undefined) return [`at most ${most}${unit}`];
    return least !== undefined && least > 0 ? [`at least ${least}${unit}`] : [];
  };
  return [
    ...between(schema.minLength, schema.maxLength, ' characters'),
    ...between(schema.minimum, schema.maximum, ''),
    ...between(undefined, schema.maxItems, ' elements'),
    ...(schema.pattern ? [schema.pattern] : []),
    ...(schema.default !== undefined ? [`default ${JSON.stringify(schema.default)}`] : []),
  ];
}

/** What a schema is made of: those that it takes together as one. */
export function shapeOf(spec: Spec, schema: Schema): Schema {
  const plain = resolve<Schema>(spec, schema);
  if (!plain.allOf) return plain;
  const parts = plain.allOf.map((part) => shapeOf(spec, part));
  return {
    ...plain,
    properties: Object.assign({}, ...parts.map((part) => part.properties ?? {}), plain.properties ?? {}),
    required: [...parts.flatMap((part) => part.required ?? []), ...(plain.required ?? [])],
  };
}

const samples: Record<string, unknown> = {
  uuid: '0197c0de-0000-7000-8000-000000000000',
  email: 'ada@example.com',
  'date-time': '2031-05-04T09:30:00Z',
  date: '2031-05-04',
  uri: 'https://example.com',
};
const DEPTH = 3;
const MOST = 8;

/** A value that would be taken: what must be there, else the first few that may be written. */
export function exampleOf(spec: Spec, schema: Schema, depth = 0): unknown {
  const shape = shapeOf(spec, schema);
  if ('const' in shape) return shape.const;
  if (shape.default !== undefined && shape.default !== null) return shape.default;
  if (shape.enum) return shape.enum[0];
  const branches = shape.anyOf ?? shape.oneOf;
  if (branches?.[0]) return exampleOf(spec, branches[0], depth);
  const type = Array.isArray(shape.type) ? shape.type.find((one) => one !== 'null') : shape.type;
  if (shape.properties && depth < DEPTH) {
    const names = Object.keys(shape.properties);
    const needed = names.filter((name) => shape.required?.includes(name));
    const shown = needed.length
      ? needed
      : names.filter((name) => !shape.properties?.[name]?.readOnly).slice(0, MOST);
    return Object.fromEntries(
      shown.map((name) => [name, exampleOf(spec, shape.properties?.[name] ?? {}, depth + 1)]),
    );
  }
  if (type === 'array') return shape.items && depth < DEPTH ? [exampleOf(spec, shape.items, depth + 1)] : [];
  if (type === 'integer' || type === 'number') return shape.minimum ?? 1;
  if (type === 'boolean') return true;
  if (type === 'object') return {};
  return samples[shape.format ?? ''] ?? shape.title ?? 'text';
}

export const parametersOf = (spec: Spec, operation: Operation): Parameter[] =>
  (operation.parameters ?? []).map((parameter) => resolve<Parameter>(spec, parameter));

export function jsonOf(spec: Spec, of: { content?: Content } | Ref | undefined): Schema | null {
  const content = of && resolve<{ content?: Content }>(spec, of).content;
  return content?.['application/json']?.schema ?? null;
}

export const isPublic = (operation: Operation): boolean => operation.security?.length === 0;

/** The path with what was filled in, and the query. */
export function addressOf(operation: Operation, values: Record<string, string>): string {
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (whole, name: string) =>
    values[`path ${name}`] ? encodeURIComponent(values[`path ${name}`] ?? '') : whole,
  );
  const query = new URLSearchParams(
    Object.entries(values).flatMap(([key, value]) =>
      key.startsWith('query ') && value ? [[key.slice('query '.length), value]] : [],
    ),
  ).toString();
  return query ? `${path}?${query}` : path;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** To be pasted into a shell; the token stands in a variable, so that it is in no history. */
export function curlOf(
  spec: Spec,
  operation: Operation,
  origin: string,
  values: Record<string, string>,
): string {
  const body = jsonOf(spec, operation.requestBody);
  const lines = [
    `curl ${operation.method === 'get' ? '' : `-X ${operation.method.toUpperCase()} `}${quoted(origin + addressOf(operation, values))}`,
    ...(isPublic(operation) ? [] : ['-H "Authorization: Bearer $TOKEN"']),
    ...(body
      ? [
          "-H 'Content-Type: application/json'",
          `-d ${quoted(JSON.stringify(exampleOf(spec, body), null, 2))}`,
        ]
      : []),
  ];
  return lines.join(' \\\n  ');
}
