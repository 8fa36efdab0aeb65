// SPDX-License-Identifier: Apache-2.0
// The API as the demo needs it: JSON over fetch, a few requests at a time, errors told in one line.
import { setTimeout as sleep } from 'node:timers/promises';

const CONCURRENCY = 8;
const START_LIMIT_MS = 120_000;

export class ApiError extends Error {
  constructor(method, path, status, text) {
    super(`${method} ${path}: ${status} ${text.slice(0, 400)}`);
    this.status = status;
  }
}

export class Api {
  constructor(url, token) {
    this.url = url;
    this.token = token;
  }

  as(token) {
    return new Api(this.url, token);
  }

  /** Answers `data`; raises ApiError for anything but success. */
  async send(method, path, body, key) {
    const headers = { 'content-type': 'application/json' };
    if (this.token) headers.authorization = `Bearer ${this.token}`;
    if (key) headers['idempotency-key'] = key;
    const response = await fetch(`${this.url}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) throw new ApiError(method, path, response.status, text);
    return text ? JSON.parse(text).data : null;
  }

  get(path) {
    return this.send('GET', path);
  }

  /** Sent again under its key, it answers what it made the first time. */
  make(path, key, body) {
    return this.send('POST', path, body, `demo-${key}`);
  }

  async waitHealthy() {
    const deadline = Date.now() + START_LIMIT_MS;
    for (;;) {
      const status = await fetch(`${this.url}/health`).then((r) => r.status, () => 0);
      if (status === 200) return;
      if (Date.now() > deadline) throw new Error(`nobody answers at ${this.url}`);
      await sleep(100);
    }
  }
}

/** `work(item, index)` for all items, a few at a time; the results in the items' order. */
export async function each(items, work) {
  const results = new Array(items.length);
  let next = 0;
  const worker = async () => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i], i);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return results;
}
