/* SPDX-License-Identifier: Apache-2.0 */
import { describe, expect, it } from 'vitest';
import {
  addressOf,
  curlOf,
  exampleOf,
  groupsOf,
  limitsOf,
  operationsOf,
  type Spec,
  search,
  shapeOf,
  typeOf,
} from './spec';

const spec: Spec = {
  info: { title: 'T', version: '1' },
  'x-tagGroups': [{ name: 'CRM', tags: ['Pets', 'Nothing'] }],
  paths: {
    '/pets/{id}': {
      get: { tags: ['Pets'], summary: 'Read a pet' },
      patch: {
        tags: ['Pets'],
        summary: 'Change a pet',
        requestBody: {
          content: { 'application/json': { schema: { $ref: '#/components/schemas/PetCreate' } } },
        },
      },
    },
    '/health': { get: { tags: ['Server'], summary: 'Whether it serves', security: [] } },
  },
  components: {
    schemas: {
      Pet: {
        title: 'Pet',
        type: 'object',
        properties: {
          id: { type: 'string', format: 'uuid', readOnly: true },
          mother: { $ref: '#/components/schemas/Pet' },
        },
      },
      PetCreate: {
        allOf: [{ $ref: '#/components/schemas/Pet' }],
        required: ['name', 'kind'],
        properties: { name: { type: 'string', title: "O'Name" }, kind: { enum: ['cat', 'dog'] } },
      },
    },
  },
};
const operation = (key: string) => operationsOf(spec).find((o) => o.key === key) as never;

describe('the API documentation', () => {
  it('groups routes by what they are about, and forgets none', () => {
    expect(groupsOf(spec)).toEqual([
      { name: 'CRM', tags: [{ name: 'Pets', count: 2 }] },
      { name: '', tags: [{ name: 'Server', count: 1 }] },
    ]);
  });

  it('finds by all words, wherever they are', () => {
    expect(search(operationsOf(spec), 'PET change').map((o) => o.key)).toEqual(['patch /pets/{id}']);
    expect(search(operationsOf(spec), 'pet whale')).toEqual([]);
  });

  it('names types as people do', () => {
    expect([
      typeOf(spec, { $ref: '#/components/schemas/Pet' }),
      typeOf(spec, { type: ['string', 'null'], format: 'uuid' }),
      typeOf(spec, { type: 'array', items: { $ref: '#/components/schemas/Pet' } }),
      typeOf(spec, { anyOf: [{ type: 'string' }, { type: 'integer' }, { type: 'string' }] }),
    ]).toEqual(['Pet', 'string (uuid) or null', 'list of Pet', 'string or integer']);
    expect(typeOf(spec, { type: 'array', items: { enum: ['a', 'b'] } })).toBe('list of these');
    expect(limitsOf({ minLength: 2, maxLength: 100, default: 'x' })).toEqual([
      '2 to 100 characters',
      'default "x"',
    ]);
    expect(Object.keys(shapeOf(spec, { $ref: '#/components/schemas/PetCreate' }).properties ?? {})).toEqual([
      'id',
      'mother',
      'name',
      'kind',
    ]);
  });

  it('makes an example of what must be sent, and ends where schemas go in circles', () => {
    expect(exampleOf(spec, { $ref: '#/components/schemas/PetCreate' })).toEqual({
      name: "O'Name",
      kind: 'cat',
    });
    expect(JSON.stringify(exampleOf(spec, { $ref: '#/components/schemas/Pet' }))).toBe(
      '{"mother":{"mother":{"mother":{}}}}',
    );
  });

  it('writes a command that a shell takes as it is', () => {
    const values = { 'path id': 'a b', 'query name[contains]': 'x&y', 'query empty': '' };
    expect(addressOf(operation('get /pets/{id}'), values)).toBe('/pets/a%20b?name%5Bcontains%5D=x%26y');
    expect(addressOf(operation('get /pets/{id}'), {})).toBe('/pets/{id}');
    expect(curlOf(spec, operation('get /health'), 'https://crm.example', {})).toBe(
      "curl 'https://crm.example/health'",
    );
    const patch = curlOf(spec, operation('patch /pets/{id}'), 'https://crm.example', {});
    expect(patch).toContain(`-H "Authorization: Bearer $TOKEN"`);
    expect(patch).toContain(`"name": "O'\\''Name"`);
  });
});
