// SPDX-License-Identifier: Apache-2.0
// Lighthouse's scores of the pages one meets first, as a desktop sees them, signed in by the browser's own cookies.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { signIn } from './feel.js';

const LEAST = 95;
const CATEGORIES = ['performance', 'accessibility', 'best-practices'];
const require = createRequire(new URL('../../tool/package.json', import.meta.url));
const load = (file) => import(pathToFileURL(require.resolve(file)).href);

export async function lighthouseScores(at) {
  const { default: lighthouse } = await load('lighthouse/core/index.js');
  const { default: desktop } = await load('lighthouse/core/config/desktop-config.js');
  const flags = { port: at.port, logLevel: 'silent', onlyCategories: CATEGORIES, disableStorageReset: true };
  const scoresOf = async (name, address) => {
    const { lhr } = await lighthouse(at.server.url + address, flags, desktop);
    return CATEGORIES.map((category) => {
      const score = Math.round(lhr.categories[category].score * 100);
      if (score < LEAST) console.error(`${name}, ${category}: ${failing(lhr, category).join('; ')}`);
      return [`lighthouse, ${name}, ${category}`, score, '', `${LEAST}`, score >= LEAST];
    });
  };
  const lines = await scoresOf('sign-in', '/sign-in');
  await signIn(at);
  for (const [name, address] of [['list', '/contacts'], ['board', '/deals?look=board'], ['record', `/deals/${at.given.deal.id}`]])
    lines.push(...(await scoresOf(name, address)));
  return lines;
}

/** What cost points, for who wants to mend it. */
const failing = (lhr, category) => lhr.categories[category].auditRefs
  .filter(({ id, weight }) => weight > 0 && lhr.audits[id].score !== null && lhr.audits[id].score < 0.9)
  .map(({ id }) => `${id} ${lhr.audits[id].displayValue ?? ''}`.trim());
