// SPDX-License-Identifier: Apache-2.0
// Who a browser test is: an organisation of its own, its administrator signed in by cookies and by API.
import { login, PASSWORD, unique } from '../api/harness/organisation.js';
import { openPage } from './browser.js';

/** Registers an organisation; answers what a page needs to be signed in, and a client of the same person. */
export async function registered(browser, server, name) {
  const email = `${unique('person')}@example.com`;
  const page = await openPage(browser, server);
  await page.goto('/sign-in');
  const status = await page.evaluate(
    async (body) => {
      const headers = { 'Content-Type': 'application/json' };
      return (await fetch('/api/v1/auth/register', { method: 'POST', headers, body: JSON.stringify(body) })).status;
    },
    { email, password: PASSWORD, firstName: 'Ada', lastName: 'Builder', organization: name },
  );
  if (status !== 201) throw new Error(`registering answered ${status}`);
  const storageState = await page.context().storageState();
  await page.context().close();
  return { storageState, api: await login(server, email) };
}
