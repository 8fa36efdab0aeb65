/* SPDX-License-Identifier: Apache-2.0 */
/* Talks to the server with the session's HttpOnly cookies; no script ever holds a token.
   A 401 is answered by one silent refresh, shared by all requests that meet it together. */
import type { ErrorDetail, Json, Page, Pagination } from './types';

export class ApiError extends Error {
  override name = 'ApiError';
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: ErrorDetail[] = [],
    readonly requestId: string | null = null,
    readonly retryAfter: number | null = null,
  ) {
    super(message);
  }
  /** The server cannot be reached or cannot answer now; the same request may work later. */
  get isAway(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
  }
}

type Body = { json: unknown } | { raw: BodyInit; type?: string };
type Options = {
  method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  body?: Body;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** Auth endpoints answer 401 for a wrong password; refreshing then would be wrong. */
  refresh?: boolean;
};
type Envelope = {
  success?: boolean;
  data?: unknown;
  pagination?: Pagination;
  error?: { code?: string; message?: string; details?: ErrorDetail[]; requestId?: string };
};
type Answer = {
  data: unknown;
  pagination: Pagination | undefined;
  etag: string | null;
  changesetId: string | null;
};

type Listener = () => void;
const signedOut = new Set<Listener>();
export function onSignedOut(listener: Listener): () => void {
  signedOut.add(listener);
  return () => signedOut.delete(listener);
}

async function send(path: string, options: Options): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json', ...options.headers };
  const init: RequestInit = { method: options.method ?? 'GET', headers, credentials: 'same-origin' };
  if (options.signal) init.signal = options.signal;
  if (options.body && 'json' in options.body) {
    headers['Content-Type'] ??= 'application/json';
    init.body = JSON.stringify(options.body.json);
  } else if (options.body) {
    if (options.body.type) headers['Content-Type'] = options.body.type;
    init.body = options.body.raw;
  }
  try {
    return await fetch(path, init);
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ApiError(0, 'UNREACHABLE', 'The server cannot be reached.');
  }
}

let refreshing: Promise<boolean> | null = null;
function refreshSession(): Promise<boolean> {
  refreshing ??= send('/api/v1/auth/refresh', { method: 'POST', body: { json: {} } })
    .then((response) => response.ok)
    .catch(() => false)
    .finally(() => {
      refreshing = null;
    });
  return refreshing;
}

async function readEnvelope(response: Response): Promise<Envelope> {
  if (response.status === 204) return {};
  const text = await response.text();
  try {
    return JSON.parse(text) as Envelope;
  } catch {
    return {};
  }
}

function toError(response: Response, body: Envelope): ApiError {
  const after = Number(response.headers.get('Retry-After'));
  return new ApiError(
    response.status,
    body.error?.code ?? `HTTP_${response.status}`,
    body.error?.message ?? response.statusText,
    body.error?.details ?? [],
    body.error?.requestId ?? response.headers.get('X-Request-Id'),
    Number.isFinite(after) && after > 0 ? after : null,
  );
}

async function call(path: string, options: Options = {}): Promise<Answer> {
  let response = await send(path, options);
  if (response.status === 401 && options.refresh !== false) {
    if (await refreshSession()) response = await send(path, options);
    if (response.status === 401) for (const listener of signedOut) listener();
  }
  const body = await readEnvelope(response);
  if (!response.ok) throw toError(response, body);
  return {
    data: body.data,
    pagination: body.pagination,
    etag: response.headers.get('ETag'),
    changesetId: response.headers.get('X-Changeset-Id'),
  };
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await call(path, signal ? { signal } : {})).data as T;
}

export async function getWithEtag<T>(
  path: string,
  signal?: AbortSignal,
): Promise<{ data: T; etag: string | null }> {
  const answer = await call(path, signal ? { signal } : {});
  return { data: answer.data as T, etag: answer.etag };
}

export async function getPage<T>(path: string, signal?: AbortSignal): Promise<Page<T>> {
  const answer = await call(path, signal ? { signal } : {});
  const data = answer.data as T[];
  return { data, pagination: answer.pagination ?? { limit: data.length, total: data.length } };
}

/** `ifMatch`: only on top of that version. */
export async function post<T>(path: string, json: unknown = {}, ifMatch?: string | null): Promise<T> {
  const headers = ifMatch ? { headers: { 'If-Match': ifMatch } } : {};
  return (await call(path, { method: 'POST', body: { json }, ...headers })).data as T;
}

/** POST to an auth endpoint, where 401 means what it says. */
export async function postAuth<T>(path: string, json: unknown): Promise<T> {
  return (await call(path, { method: 'POST', body: { json }, refresh: false })).data as T;
}

export async function postRaw<T>(path: string, raw: BodyInit, type?: string): Promise<T> {
  return (await call(path, { method: 'POST', body: type ? { raw, type } : { raw } })).data as T;
}

export async function patch<T>(path: string, json: Record<string, Json>, ifMatch?: string): Promise<T> {
  const headers = ifMatch ? { 'If-Match': ifMatch } : undefined;
  return (await call(path, { method: 'PATCH', body: { json }, ...(headers ? { headers } : {}) })).data as T;
}

export async function remove(path: string): Promise<void> {
  await call(path, { method: 'DELETE' });
}

/** An answer as it came, whatever it is: without the envelope, and a refusal is an answer too. */
export async function getPlain(path: string, signal?: AbortSignal): Promise<Response> {
  const options = signal ? { signal } : {};
  const response = await send(path, options);
  return response.status === 401 && (await refreshSession()) ? send(path, options) : response;
}

/** A write, and the changeset by which it can be taken back. */
export type Written<T> = { data: T; changesetId: string | null };

export async function write<T>(
  method: 'POST' | 'PATCH' | 'DELETE',
  path: string,
  json?: unknown,
  ifMatch?: string,
): Promise<Written<T>> {
  const answer = await call(path, {
    method,
    ...(json === undefined ? {} : { body: { json } }),
    ...(ifMatch ? { headers: { 'If-Match': ifMatch } } : {}),
  });
  return { data: answer.data as T, changesetId: answer.changesetId };
}
