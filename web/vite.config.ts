/* SPDX-License-Identifier: Apache-2.0 */
/* Build and development settings. Everything is a file of our own host: the server's CSP allows nothing inline. */

import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { dndSheets } from './scripts/dnd-sheets';

// The server compares Origin with Host, so the proxy must leave Host as the browser sent it.
const api = { target: process.env['CAIRN_API'] ?? 'http://localhost:3000', changeOrigin: false };

export default defineConfig({
  plugins: [react(), tailwindcss(), dndSheets()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    target: 'es2022',
    // A data: URI would need a wider CSP.
    assetsInlineLimit: 0,
    manifest: true,
    sourcemap: false,
  },
  server: { proxy: { '/api/': api, '/auth': api, '/health': api } },
  preview: { proxy: { '/api/': api } },
  test: { include: ['src/**/*.test.ts', 'src/**/*.test.tsx'] },
});
