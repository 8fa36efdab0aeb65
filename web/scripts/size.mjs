/* SPDX-License-Identifier: Apache-2.0 */
/* Prints what the first page loads, compressed, and fails over the budget. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const BUDGET_GZIP = 170_000;
const dist = fileURLToPath(new URL('../dist/', import.meta.url));

function initialFiles(manifest) {
  const seen = new Set();
  const css = new Set();
  const visit = (key) => {
    const chunk = manifest[key];
    if (!chunk || seen.has(chunk.file)) return;
    seen.add(chunk.file);
    for (const file of chunk.css ?? []) css.add(file);
    for (const next of chunk.imports ?? []) visit(next);
  };
  for (const [key, chunk] of Object.entries(manifest)) if (chunk.isEntry) visit(key);
  return { js: [...seen], css: [...css] };
}

async function sizes(files) {
  let br = 0;
  let gz = 0;
  for (const file of files) {
    const plain = await readFile(dist + file);
    br += brotliCompressSync(plain).length;
    gz += gzipSync(plain).length;
  }
  return { br, gz };
}

export async function reportSizes() {
  const manifest = JSON.parse(await readFile(`${dist}.vite/manifest.json`, 'utf8'));
  const { js, css } = initialFiles(manifest);
  const script = await sizes(js);
  const style = await sizes(css);
  if (process.argv.includes('--files')) console.log(js.join('\n'));
  const kb = (n) => `${(n / 1000).toFixed(1)} kB`;
  console.log(`initial JavaScript: ${kb(script.br)} brotli, ${kb(script.gz)} gzip (${js.length} files)`);
  console.log(`initial CSS: ${kb(style.br)} brotli, ${kb(style.gz)} gzip`);
  if (script.gz > BUDGET_GZIP) {
    console.error(`initial JavaScript is over its budget of ${kb(BUDGET_GZIP)}`);
    process.exitCode = 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await reportSizes();
