/* SPDX-License-Identifier: Apache-2.0 */
/* Writes src/api/openapi.d.ts from the OpenAPI document of a running server. */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';

const base = process.env.CAIRN_API ?? 'http://localhost:3000';
const target = fileURLToPath(new URL('../src/api/openapi.d.ts', import.meta.url));
const header =
  '/* SPDX-License-Identifier: Apache-2.0 */\n/* Made by `npm run types` from the served OpenAPI. */\n';
await writeFile(target, header + astToString(await openapiTS(new URL('/api/v1/openapi.json', base))));
