/* SPDX-License-Identifier: Apache-2.0 */
/* Writes .br and .gz beside every compressible file of dist/, as the server serves them. */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const compressible = new Set(['.html', '.js', '.css', '.svg', '.json', '.txt', '.webmanifest']);
const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

// The manifest serves the size report only; it is no file for browsers.
const manifest = join(dist, '.vite');

async function compress(path) {
  const plain = await readFile(path);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length };
  const [br, gz] = await Promise.all([brotli(plain, { params }), zip(plain, { level: 9 })]);
  // A form larger than the plain file would only cost; the server falls back to the plain one.
  if (br.length < plain.length) await writeFile(`${path}.br`, br);
  if (gz.length < plain.length) await writeFile(`${path}.gz`, gz);
}

const { reportSizes } = await import('./size.mjs');
await reportSizes();
await rm(manifest, { recursive: true, force: true });
for (const entry of await readdir(dist, { recursive: true, withFileTypes: true })) {
  if (entry.isFile() && compressible.has(extname(entry.name)))
    await compress(join(entry.parentPath, entry.name));
}
