// SPDX-License-Identifier: Apache-2.0
// Raw bytes on a socket: every contradictory framing is 400 and the connection is closed.
import assert from 'node:assert/strict';
import test from 'node:test';
import { RawConnection, rawExchange } from './harness/raw.js';
import { sharedServer } from './harness/server.js';

const { port } = sharedServer();
const HOST = 'Host: localhost\r\n';
const JSON_TYPE = 'Content-Type: application/json\r\n';
const smuggled = 'GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n';
const post = (headers, body = '') => `POST /api/v1/auth/login HTTP/1.1\r\n${HOST}${JSON_TYPE}${headers}\r\n${body}`;
const get = (headers) => `GET /health HTTP/1.1\r\n${HOST}${headers}\r\n`;

const refused = {
  'two differing Content-Length': post('Content-Length: 2\r\nContent-Length: 3\r\n', '{}'),
  'two equal Content-Length': post('Content-Length: 2\r\nContent-Length: 2\r\n', '{}'),
  'Content-Length as a list': post('Content-Length: 2, 2\r\n', '{}'),
  'Content-Length with a sign': post('Content-Length: +2\r\n', '{}'),
  'negative Content-Length': post('Content-Length: -1\r\n', '{}'),
  'Content-Length in hex': post('Content-Length: 0x2\r\n', '{}'),
  'empty Content-Length': post('Content-Length:\r\n', '{}'),
  'Content-Length past 64 bits': post('Content-Length: 99999999999999999999999\r\n', '{}'),
  'Content-Length with Transfer-Encoding': post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', `0\r\n\r\n${smuggled}`),
  'Transfer-Encoding twice': post('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
  'Transfer-Encoding gzip, chunked': post('Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n'),
  'Transfer-Encoding chunked, identity': post('Transfer-Encoding: chunked, identity\r\n', '0\r\n\r\n'),
  'Transfer-Encoding xchunked': post('Transfer-Encoding: xchunked\r\n', '0\r\n\r\n'),
  'Transfer-Encoding with a space before the colon': post('Transfer-Encoding : chunked\r\n', '0\r\n\r\n'),
  'Transfer-Encoding in HTTP/1.0': `POST /api/v1/auth/login HTTP/1.0\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  'a chunk size with a sign': post('Transfer-Encoding: chunked\r\n', '+2\r\n{}\r\n0\r\n\r\n'),
  'a chunk size that is not hex': post('Transfer-Encoding: chunked\r\n', 'zz\r\n{}\r\n0\r\n\r\n'),
  'a chunk size with 0x': post('Transfer-Encoding: chunked\r\n', '0x2\r\n{}\r\n0\r\n\r\n'),
  'a chunk size past 64 bits': post('Transfer-Encoding: chunked\r\n', 'fffffffffffffffff\r\n{}\r\n0\r\n\r\n'),
  'a chunk size line ended by a bare LF': post('Transfer-Encoding: chunked\r\n', '2\n{}\r\n0\r\n\r\n'),
  'a chunk longer than its size': post('Transfer-Encoding: chunked\r\n', '2\r\n{}x\r\n0\r\n\r\n'),
  'a space before a chunk size': post('Transfer-Encoding: chunked\r\n', ' 2\r\n{}\r\n0\r\n\r\n'),
  'bare LF between headers': `GET /health HTTP/1.1\r\nHost: localhost\nAccept: */*\r\n\r\n`,
  'bare LF everywhere': `GET /health HTTP/1.1\nHost: localhost\n\n`,
  'a bare CR in a header': get('X-A: a\rb\r\n'),
  'NUL in a header value': get('X-A: a\0b\r\n'),
  'NUL in the target': `GET /health\0 HTTP/1.1\r\n${HOST}\r\n`,
  'a control character in the target': `GET /hea\x01lth HTTP/1.1\r\n${HOST}\r\n`,
  'obs-fold': get('X-A: a\r\n b\r\n'),
  'obs-fold with a tab': get('X-A: a\r\n\tb\r\n'),
  'a space before a colon': get('X-A : a\r\n'),
  'a header line without a colon': get('X-A\r\n'),
  'an empty header name': get(': a\r\n'),
  'a bad header name': get('X(A): a\r\n'),
  'a leading space before the first header': `GET /health HTTP/1.1\r\n X: y\r\n${HOST}\r\n`,
  'no Host': 'GET /health HTTP/1.1\r\nAccept: */*\r\n\r\n',
  'two Hosts': `GET /health HTTP/1.1\r\n${HOST}Host: other\r\n\r\n`,
  'a bad Host': 'GET /health HTTP/1.1\r\nHost: a b\r\n\r\n',
  'a Host with a path': 'GET /health HTTP/1.1\r\nHost: localhost/x\r\n\r\n',
  'no version': `GET /health\r\n${HOST}\r\n`,
  'two spaces in the request line': `GET  /health HTTP/1.1\r\n${HOST}\r\n`,
  'a lower-case version': `GET /health http/1.1\r\n${HOST}\r\n`,
  'a bad method': `G@T /health HTTP/1.1\r\n${HOST}\r\n`,
  'a target without a slash': `GET health HTTP/1.1\r\n${HOST}\r\n`,
};

for (const [name, bytes] of Object.entries(refused)) {
  test(`S1-API-07 S2-SEC-10 refused with 400 and close: ${name}`, async () => {
    const { responses, closed } = await rawExchange(port, bytes);
    assert.equal(responses.length, 1, JSON.stringify(responses));
    // RFC 9112 §6.1 asks 501 of a coding that is not known.
    const wanted = name.startsWith('Transfer-Encoding') ? [400, 501] : [400];
    assert.ok(wanted.includes(responses[0].status), String(responses[0].status));
    assert.ok(closed, 'the connection is closed');
  });
}

test('S1-API-07 other versions are 505 or 400 and close', async () => {
  for (const version of ['HTTP/2.0', 'HTTP/0.9', 'HTTP/1.9']) {
    const { responses, closed } = await rawExchange(port, `GET /health ${version}\r\n${HOST}\r\n`);
    if (version === 'HTTP/1.9' && responses[0].status === 200) continue;
    assert.ok([400, 505].includes(responses[0].status), `${version}: ${responses[0].status}`);
    assert.ok(closed);
  }
});

test('S1-API-07 heads and targets have a size limit', async () => {
  const long = await rawExchange(port, `GET /${'a'.repeat(70_000)} HTTP/1.1\r\n${HOST}\r\n`);
  assert.ok([400, 414, 431].includes(long.responses[0].status));
  const many = await rawExchange(port, get(Array.from({ length: 3000 }, (_, i) => `X-${i}: ${'v'.repeat(20)}\r\n`).join('')));
  assert.ok([400, 431].includes(many.responses[0].status));
});

test('S1-API-07 a body over 1 MiB is 413, whether announced or chunked', async () => {
  const announced = await rawExchange(port, post('Content-Length: 2000000\r\n', '{'));
  assert.equal(announced.responses[0].status, 413);
  const chunk = `10000\r\n${'x'.repeat(65536)}\r\n`;
  const chunked = await rawExchange(port, post('Transfer-Encoding: chunked\r\n', chunk.repeat(20)));
  assert.equal(chunked.responses[0].status, 413);
});

test('S5-API-29 well-formed chunks are read, extensions and trailers ignored', async () => {
  const body = '2;ext=1\r\n{"\r\n3\r\na":\r\n2\r\n1}\r\n0\r\nTrailer: x\r\n\r\n';
  const { responses } = await rawExchange(port, post('Transfer-Encoding: chunked\r\n', body), { waitClose: false });
  assert.equal(responses[0].status, 422, responses[0].body);
});

test('S2-PERF-03 pipelined requests are answered in order on one connection', async () => {
  const one = (path) => `GET ${path} HTTP/1.1\r\n${HOST}\r\n`;
  const { responses } = await rawExchange(port, one('/health') + one('/api/v1/nothing-here') + one('/api/v1'), { count: 3, waitClose: false });
  assert.equal(responses.length, 3);
  assert.equal(responses[0].status, 200);
  assert.ok([401, 404].includes(responses[1].status));
  assert.equal(responses[2].status, 200);
});

test('S2-PERF-03 Connection: close and HTTP/1.0 end the connection', async () => {
  const asked = await rawExchange(port, get('Connection: close\r\n'));
  assert.equal(asked.responses[0].status, 200);
  assert.ok(asked.closed);
  const old = await rawExchange(port, `GET /health HTTP/1.0\r\n${HOST}\r\n`);
  assert.equal(old.responses[0].status, 200);
  assert.ok(old.closed);
});

test('S5-API-29 Expect: 100-continue is answered before the body', async () => {
  const connection = await RawConnection.open(port);
  connection.send(post('Content-Length: 2\r\nExpect: 100-continue\r\n'));
  const [first] = await connection.wait(1);
  assert.equal(first.status, 100);
  connection.send('{}');
  const all = await connection.wait(2);
  assert.equal(all[1].status, 422);
  connection.destroy();
});

test('S5-API-29 a request in any number of pieces is one request', async () => {
  const connection = await RawConnection.open(port);
  await connection.trickle(get(''), 1);
  assert.equal((await connection.wait(1))[0].status, 200);
  connection.destroy();
});

test('S3-SEC-10 path tricks stay inside the static folder', async () => {
  for (const path of ['/../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/assets/..%2f..%2f..%2fetc%2fpasswd', '//etc/passwd', '/%00', '/%zz', '/a%5c..%5cb']) {
    const { responses } = await rawExchange(port, `GET ${path} HTTP/1.1\r\n${HOST}\r\n`, { waitClose: false });
    assert.ok(!responses[0].body.includes('root:'), path);
    assert.ok(responses[0].status < 500, `${path}: ${responses[0].status}`);
  }
});

test('S3-SEC-10 bad escapes in an API path or query are 400 or 404, never 500', async () => {
  for (const path of ['/api/v1/contacts/%zz', '/api/v1/contacts?q=%', '/api/v1/contacts?q=%ff%fe', '/api/v1/contacts?%00=1', '/api/v1/%63ontacts?a&&=&b']) {
    const { responses } = await rawExchange(port, `GET ${path} HTTP/1.1\r\n${HOST}\r\n`, { waitClose: false });
    assert.ok(responses[0].status >= 400 && responses[0].status < 500, `${path}: ${responses[0].status}`);
  }
});
