// SPDX-License-Identifier: Apache-2.0
// Every address the browser's side has: read from the table of routes and from the server's metadata, so that a new
// page or entity is walked without being named here. And what is asked of each page that is shown.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { axeSource } from '../api/harness/packages.js';
import { SHOTS, sizes } from './browser.js';

const WEB = path.resolve(import.meta.dirname, '../../web');

/* --- which pages there are ---------------------------------------------------------------------- */

const textOf = (ts, node, key) => {
  const property = node.properties.find((one) => ts.isPropertyAssignment(one) && one.name.text === key);
  return property?.initializer;
};

/** The paths of a table of routes as written in the source: children stand below their parents. */
export function routePaths(source) {
  const ts = createRequire(path.join(WEB, 'package.json'))('typescript');
  const file = ts.createSourceFile('routes.tsx', source, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found = new Set();
  const visit = (node, above) => {
    if (!ts.isObjectLiteralExpression(node)) return ts.forEachChild(node, (child) => visit(child, above));
    const own = textOf(ts, node, 'path');
    const children = textOf(ts, node, 'children');
    const here = own && ts.isStringLiteralLike(own) ? path.posix.join(above, own.text) : above;
    const isPage = textOf(ts, node, 'lazy') || textOf(ts, node, 'Component');
    if (isPage && !children && (own || textOf(ts, node, 'index'))) found.add(here);
    return children && ts.forEachChild(children, (child) => visit(child, here));
  };
  visit(file, '/');
  return [...found];
}

export const routesOfApp = () => routePaths(fs.readFileSync(path.join(WEB, 'src/app/router.tsx'), 'utf8'));

const slugOf = (entity) => entity.path.split('/').at(-1);

/** What stands for `:id` below a path: a record of the collection that is called so, one or many. */
async function anyId(api, collection) {
  for (const name of [collection, `${collection}s`]) {
    const answer = await api.get(`/${name}`, { query: { limit: '1' }, documented: false });
    if (answer.status === 200 && answer.body.data?.[0]?.id) return answer.body.data[0].id;
  }
  return null;
}

async function addressOf(route, api) {
  const parts = [];
  for (const part of route.split('/').slice(1)) {
    const id = part.startsWith(':') ? await anyId(api, parts.at(-1)) : part;
    if (id === null) throw new Error(`${route}: nothing of the test's data can stand for ${part}`);
    parts.push(id);
  }
  return `/${parts.join('/')}`;
}

const nameOf = (address) => address.replace(/^\//, '').replace(/[^a-z0-9-]+/gi, '-').replace(/-$/, '') || 'home';

/** What is set up once has the same lists and pages as the rest: it is looked at by night, once in each theme, without
 * its form. */
async function pagesOfEntity(entity, api) {
  const slug = slugOf(entity);
  const brief = entity.group === 'admin' || entity.group === null;
  if (brief && !process.env.CAIRN_TEST_ALL_PAGES) return [];
  const record = await anyId(api, slug);
  const hasForm = !brief && entity.access.create !== 'none';
  return [
    { name: `${slug}-list`, address: `/${slug}`, looks: true, brief },
    ...(record ? [{ name: `${slug}-record`, address: `/${slug}/${record}`, brief }] : []),
    ...(hasForm ? [{ name: `${slug}-new`, address: `/${slug}/new`, dialog: true, brief: true }] : []),
  ];
}

/** Pages with an address of their own, then those of each entity that one may read. */
export async function allPages(api, meta) {
  const generic = /^\/:entity\b|\*/;
  const own = [];
  for (const route of routesOfApp().filter((one) => !generic.test(one))) {
    const address = await addressOf(route, api);
    own.push({ name: nameOf(route), address });
  }
  const entities = meta.entities.filter((entity) => !entity.nestedIn && entity.access.read !== 'none');
  const theirs = await Promise.all(entities.map((entity) => pagesOfEntity(entity, api)));
  return [...own, { name: 'not-found', address: '/nowhere/at/all' }, ...theirs.flat()];
}

/* --- what is asked of a page -------------------------------------------------------------------- */

const QUIET_MS = 60;
const PATIENCE_MS = 20_000;

/** Counts what is on its way, so that waiting for a page need not mean waiting for half a second of nothing. */
export function watchRequests(page) {
  page.onItsWay = new Set();
  page.on('request', (request) => page.onItsWay.add(request));
  for (const end of ['requestfinished', 'requestfailed']) page.on(end, (request) => page.onItsWay.delete(request));
  page.on('response', (response) => {
    if (response.status() >= 400) page.problems.push(`${response.status()} ${response.request().method()} ${response.url()}`);
  });
}

/** Drawn, and no colour is on its way to another: each level of elements begins when the one above has arrived. */
const drawn = (page) => page.evaluate(async () => {
  const moves = () => document.getAnimations().some((one) => one.effect?.getTiming().iterations !== Infinity);
  const frame = () => new Promise(requestAnimationFrame);
  for (let still = 0; still < 2; still = moves() ? 0 : still + 1) await frame();
});

/** Until nothing is on its way, nothing grey holds the place of something and nothing moves. */
export async function settled(page) {
  const deadline = Date.now() + PATIENCE_MS;
  for (let quiet = 0; quiet < 2 && Date.now() < deadline; ) {
    const busy = page.onItsWay.size > 0 || (await page.evaluate(() =>
      document.querySelector('.animate-pulse, [aria-busy=true]') !== null || !document.querySelector('h1, [role=dialog]')));
    quiet = busy ? 0 : quiet + 1;
    await page.waitForTimeout(QUIET_MS);
  }
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  await drawn(page);
}

/** What axe finds wrong, a line for each part of the page. */
export async function axeComplaints(page) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource());
  return page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      resultTypes: ['violations'],
    });
    return violations.flatMap(({ id, nodes }) =>
      nodes.slice(0, 3).map((node) => `${id}: ${node.html.slice(0, 160)} (${node.failureSummary?.split('\n')[1]?.trim()})`));
  });
}

const sticksOut = (page) => page.evaluate(() => {
  const { scrollWidth, clientWidth } = document.documentElement;
  return scrollWidth > clientWidth ? [`content is ${scrollWidth} px wide in ${clientWidth}`] : [];
});

const LOOKS = [
  { theme: 'light', size: 'wide', axe: true },
  { theme: 'dark', size: 'wide' },
  { theme: 'dark', size: 'phone', axe: true },
  { theme: 'light', size: 'phone' },
];

/** As every page begins: a wide window in the light, and nothing of the page before. */
export async function afresh(page) {
  await page.goto('about:blank');
  page.onItsWay.clear();
  await page.setViewportSize(sizes.wide);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
}

async function dress(page, { theme, size }) {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  const narrower = page.viewportSize().width !== sizes[size].width;
  if (narrower) await page.setViewportSize(sizes[size]);
  return narrower ? settled(page) : drawn(page);
}

/** The page as it is now in both themes and sizes; answers what is wrong with it. If `brief`, at one size for each. */
export async function inspect(page, name, brief = false) {
  const folder = path.join(SHOTS, 'pages');
  fs.mkdirSync(folder, { recursive: true });
  const wrong = [];
  for (const { theme, size, axe } of LOOKS.filter((look) => look.axe || !brief)) {
    await dress(page, { theme, size });
    const said = [...(await sticksOut(page)), ...(axe ? await axeComplaints(page) : [])];
    wrong.push(...said.map((one) => `${name}, ${size}, ${theme}: ${one}`));
    await page.screenshot({ path: path.join(folder, `${name}-${size}-${theme}.png`) });
  }
  wrong.push(...page.problems.splice(0).map((one) => `${name}: ${one}`));
  return wrong;
}
