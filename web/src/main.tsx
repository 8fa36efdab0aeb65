/* SPDX-License-Identifier: Apache-2.0 */
/* Starts the app. */
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { i18n } from './i18n';
import { applied } from './i18n/language';
import './index.css';

const root = document.getElementById('root');
if (root) void applied(i18n).then(() => createRoot(root).render(<App />));

// Says that the server is away when it is; keeps nothing else. Not while developing, and only over a safe connection.
if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  window.addEventListener(
    'load',
    () => void navigator.serviceWorker.register('/sw.js').catch(() => undefined),
  );
}
