/* SPDX-License-Identifier: Apache-2.0 */
/* Sets the chosen theme before the first paint; a file of its own because the CSP forbids inline scripts. */
(() => {
  let choice = 'system';
  try {
    choice = localStorage.getItem('cairn.theme') || 'system';
  } catch {
    /* storage may be switched off */
  }
  const dark =
    choice === 'dark' || (choice === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
