// SPDX-License-Identifier: Apache-2.0
// The test packages are pinned in tool/, which Node's resolution does not reach from here.
import fs from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../../tool/package.json', import.meta.url));

export const Ajv2020 = require('ajv/dist/2020.js').default;
export const addFormats = require('ajv-formats').default;
export const playwright = () => require('playwright-core');
export const axeSource = () => fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
