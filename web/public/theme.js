/* SPDX-License-Identifier: Apache-2.0 */
/* Sets the chosen theme before the first paint, and whenever the choice or the system's changes; a file of its own
 * because the CSP forbids inline scripts. */
(() => {
  const KEY = 'cairn.theme';
  const system = matchMedia('(prefers-color-scheme: dark)');
  let choice = 'system';
  try {
    choice = localStorage.getItem(KEY) || 'system';
  } catch {
    /* storage may be switched off */
  }
  const apply = () => {
    const theme = choice === 'dark' || (choice === 'system' && system.matches) ? 'dark' : 'light';
    document.documentElement.dataset.theme = theme;
    // What surrounds the page of an installed app goes with it.
    const bar = document.querySelector('meta[name=theme-color]');
    if (bar) bar.content = bar.dataset[theme];
  };
  const choose = (next) => {
    choice = next || 'system';
    apply();
  };
  apply();
  system.addEventListener('change', apply);
  window.addEventListener('cairn:theme', (event) => choose(event.detail));
  window.addEventListener('storage', (event) => event.key === KEY && choose(event.newValue));
})();
