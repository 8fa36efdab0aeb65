// SPDX-License-Identifier: Apache-2.0
// The examples of docs/api.md, in order, against a server of their own. A block ```http is a request, or
// the answer to the one before when it begins with HTTP/1.1. In answers `"…"` matches anything and
// {name} keeps a value when it is met first; members that are not shown are not looked at.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { exchange } from '../api/harness/client.js';
import { Server } from '../api/harness/server.js';

const page = fs.readFileSync(path.resolve(import.meta.dirname, '../../docs/api.md'), 'utf8');

function parseBlock(text) {
  const [head, ...rest] = text.split('\n\n');
  const [first, ...lines] = head.trim().split('\n');
  const headers = Object.fromEntries(lines.map((line) => line.split(/:\s*/, 2).map((part, i) => (i ? part : part.toLowerCase()))));
  return { first, headers, body: rest.join('\n\n').trim() };
}

/** [{request, answer}] of the page. */
function examples() {
  const blocks = [...page.matchAll(/^```http\n([\s\S]*?)^```$/gm)].map(([, text]) => parseBlock(text));
  const isAnswer = (block) => block.first.startsWith('HTTP/1.1 ');
  assert.ok(blocks.every((block, i) => isAnswer(block) === (i % 2 === 1)), 'each request has its answer');
  return blocks.filter((_, i) => i % 2 === 0).map((request, i) => ({ request, answer: blocks[2 * i + 1] }));
}

class Reader {
  constructor() {
    this.known = {};
  }

  fill(text) {
    return text.replace(/\{(\w+)\}/g, (whole, name) => this.known[name] ?? whole);
  }

  holds(shown, got, where) {
    const name = typeof shown === 'string' && /^\{(\w+)\}$/.exec(shown)?.[1];
    if (shown === '…') return assert.notEqual(got, undefined, where);
    if (name) return assert.equal(got, (this.known[name] ??= got), where);
    if (shown === null || typeof shown !== 'object') return assert.equal(got, shown, where);
    if (Array.isArray(shown)) assert.equal(got?.length, shown.length, where);
    for (const [key, value] of Object.entries(shown)) this.holds(value, got?.[key], `${where}.${key}`);
  }

  checkHeaders(shown, got, where) {
    for (const [name, value] of Object.entries(shown)) {
      const pattern = this.fill(value);
      const capture = /\{(\w+)\}/.exec(pattern);
      if (capture) assert.ok(got[name]?.startsWith(pattern.slice(0, capture.index)), `${where} ${name}`);
      else assert.equal(got[name], pattern, `${where} ${name}`);
    }
  }

  async run(url, { request, answer }) {
    const [method, target] = request.first.split(' ');
    const headers = { ...request.headers };
    if (this.known.accessToken) headers.authorization = `Bearer ${this.known.accessToken}`;
    const got = await exchange(url, { method, path: encodeURI(this.fill(target)), headers, body: request.body ? this.fill(request.body) : undefined });
    const where = `${request.first}\n${got.text.slice(0, 600)}\n`;
    assert.equal(got.status, Number(answer.first.split(' ')[1]), where);
    this.checkHeaders(answer.headers, got.headers, where);
    if (answer.body.startsWith('{"')) this.holds(JSON.parse(answer.body), got.body, where);
    else if (answer.body) assert.equal(got.text.replaceAll('\r\n', '\n').trim(), this.fill(answer.body), where);
  }
}

test('the examples of docs/api.md are answered as they say', async (t) => {
  const server = new Server({ binary: process.env.CAIRN_TEST_BINARY });
  t.after(async () => {
    await server.stop();
    server.remove();
  });
  await server.start();
  const reader = new Reader();
  const all = examples();
  assert.ok(all.length > 20);
  for (const example of all) await reader.run(server.url, example);
});
