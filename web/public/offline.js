/* SPDX-License-Identifier: Apache-2.0 */
/* Looks every few seconds, and at once when the device says that it is connected, whether the server is back. */
(() => {
  const PAUSE_MS = 3000;
  const look = async () => {
    try {
      if ((await fetch('/health', { cache: 'no-store' })).ok) window.location.reload();
    } catch {
      /* still away */
    }
  };
  document.querySelector('button').addEventListener('click', () => window.location.reload());
  window.addEventListener('online', look);
  setInterval(look, PAUSE_MS);
})();
