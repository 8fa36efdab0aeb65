/* SPDX-License-Identifier: Apache-2.0 */
/* Starts the app. */
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import './i18n';
import './index.css';

const root = document.getElementById('root');
if (root) createRoot(root).render(<App />);
