// SPDX-License-Identifier: Apache-2.0
// A small JSON client over node:http. Every answer is held to the served OpenAPI document unless a
// call says `documented: false` (static files); what an alias answers is held to the path it is `like`.
import assert from 'node:assert/strict';
import http from 'node:http';
import { openApiOf } from './openapi.js';

export const V1 = '/api/v1';

const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

const absolute = (path) => (/^\/(api|health|metrics)(\/|$|\?)/.test(path) ? path : V1 + path);

/**
 * One HTTP exchange. `body` may be an object (sent as JSON), a string or a Buffer.
 * @returns {Promise<{status: number, headers: object, text: string, body: any}>}
 */
export function exchange(url, { method = 'GET', path, headers = {}, body, signal }) {
  const payload = body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const sent = { ...headers };
  if (payload !== undefined) {
    sent['content-type'] ??= 'application/json';
    sent['content-length'] = Buffer.byteLength(payload);
  }
  return new Promise((resolve, reject) => {
    const request = http.request(url + path, { method, headers: sent, agent, signal }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve(readAnswer(response, Buffer.concat(chunks))));
    });
    request.on('error', reject);
    request.end(payload);
  });
}

function readAnswer(response, bytes) {
  const text = bytes.toString('utf8');
  const json = /json(?!l)/.test(response.headers['content-type'] ?? '') && !response.headers['content-encoding'];
  return {
    status: response.statusCode,
    headers: response.headers,
    text,
    bytes,
    body: json && text ? JSON.parse(text) : text || undefined,
  };
}

function queryText(query) {
  if (!query) return '';
  const text = typeof query === 'string' ? query : new URLSearchParams(query).toString();
  return text ? `?${text}` : '';
}

export class Client {
  /** @param {{url: string}} server @param {{token?: string, cookies?: Record<string, string>}} [caller] */
  constructor(server, caller = {}) {
    this.server = server;
    Object.assign(this, caller);
  }

  headers(extra) {
    const headers = { ...extra };
    if (this.token) headers.authorization ??= `Bearer ${this.token}`;
    if (this.cookies) headers.cookie ??= Object.entries(this.cookies).map((p) => p.join('=')).join('; ');
    return headers;
  }

  /**
   * @param {string} method
   * @param {string} path below /api/v1, or absolute when it starts with /api, /health or /metrics
   * @param {{query?: any, headers?: object, body?: any, expect?: number | number[], documented?: boolean, like?: string}} [options]
   */
  async send(method, path, { query, headers, body, expect, documented = true, like } = {}) {
    const target = absolute(path) + queryText(query);
    const answer = await exchange(this.server.url, { method, path: target, headers: this.headers(headers), body });
    if (documented && method !== 'HEAD' && method !== 'OPTIONS') {
      const openApi = await openApiOf(this.server.url);
      openApi.check({ method, path: like ? absolute(like) : target.split('?')[0], partial: /[?&]fields=/.test(target), ...answer });
    }
    if (expect !== undefined) {
      const wanted = [expect].flat();
      assert.ok(
        wanted.includes(answer.status),
        `${method} ${target}: expected ${wanted.join(' or ')}, got ${answer.status} ${answer.text.slice(0, 700)}`,
      );
    }
    return answer;
  }

  get(path, options) {
    return this.send('GET', path, options);
  }

  post(path, body, options) {
    return this.send('POST', path, { ...options, body });
  }

  put(path, body, options) {
    return this.send('PUT', path, { ...options, body });
  }

  patch(path, body, options) {
    return this.send('PATCH', path, { ...options, body, headers: { 'content-type': 'application/json', ...options?.headers } });
  }

  delete(path, options) {
    return this.send('DELETE', path, options);
  }

  /** Creates a record and returns it. */
  async create(path, body) {
    const answer = await this.post(path, body, { expect: 201 });
    return answer.body.data;
  }

  async read(path, query) {
    const answer = await this.get(path, { query, expect: 200 });
    return answer.body.data;
  }

  /** All rows of a list, by cursor. */
  async all(path, query = {}) {
    const rows = [];
    let cursor;
    do {
      const page = await this.get(path, { query: { ...query, limit: 200, ...(cursor ? { cursor } : {}) }, expect: 200 });
      rows.push(...page.body.data);
      cursor = page.body.pagination.nextCursor;
    } while (cursor);
    return rows;
  }
}

/** Asserts the error envelope of DESIGN §5 and returns the error object. */
export function errorOf(answer, status, code) {
  assert.equal(answer.status, status, answer.text.slice(0, 700));
  assert.equal(answer.body.success, false);
  const { error } = answer.body;
  assert.equal(typeof error.message, 'string');
  assert.equal(typeof error.requestId, 'string');
  if (code) assert.equal(error.code, code);
  return error;
}

/** The fields that a 422 answer complains of. */
export function failingFields(answer) {
  const error = errorOf(answer, 422, 'VALIDATION_ERROR');
  return error.details.map((detail) => detail.field);
}
