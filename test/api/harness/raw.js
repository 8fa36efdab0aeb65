// SPDX-License-Identifier: Apache-2.0
// A socket that sends exactly the bytes it is given, for what no HTTP library would send.
import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Splits what a server sent into responses; bodies by Content-Length or chunks. */
export function parseResponses(buffer) {
  const responses = [];
  let rest = buffer;
  for (;;) {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) return responses;
    const [statusLine, ...lines] = rest.subarray(0, end).toString('latin1').split('\r\n');
    const headers = Object.fromEntries(lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }));
    const status = Number(statusLine.split(' ')[1]);
    rest = rest.subarray(end + 4);
    const taken = takeBody(rest, headers, status);
    responses.push({ status, headers, body: taken.body.toString('utf8') });
    rest = taken.rest;
  }
}

function takeBody(rest, headers, status) {
  if (status < 200 || status === 204 || status === 304) return { body: Buffer.alloc(0), rest };
  if (headers['transfer-encoding'] === 'chunked') return takeChunks(rest);
  const length = headers['content-length'] === undefined ? rest.length : Number(headers['content-length']);
  return { body: rest.subarray(0, length), rest: rest.subarray(length) };
}

function takeChunks(rest) {
  const parts = [];
  for (;;) {
    const end = rest.indexOf('\r\n');
    if (end < 0) return { body: Buffer.concat(parts), rest: Buffer.alloc(0) };
    const size = Number.parseInt(rest.subarray(0, end).toString('latin1'), 16);
    parts.push(rest.subarray(end + 2, end + 2 + size));
    rest = rest.subarray(end + 4 + size);
    if (size === 0) return { body: Buffer.concat(parts), rest };
  }
}

export class RawConnection {
  static async open(port) {
    const connection = new RawConnection();
    connection.socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
    connection.received = Buffer.alloc(0);
    connection.closed = false;
    connection.socket.on('data', (chunk) => (connection.received = Buffer.concat([connection.received, chunk])));
    connection.ended = new Promise((resolve) => {
      connection.socket.once('end', resolve);
      connection.socket.once('close', resolve);
    }).then(() => (connection.closed = true));
    connection.socket.on('error', () => {});
    await once(connection.socket, 'connect');
    return connection;
  }

  send(bytes) {
    this.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  }

  /** Sends byte by byte, `delay` ms apart, until done or the server closes. */
  async trickle(bytes, delay) {
    for (const byte of Buffer.from(bytes, 'latin1')) {
      if (this.closed) return;
      this.socket.write(Buffer.of(byte));
      await sleep(delay);
    }
  }

  responses() {
    return parseResponses(this.received);
  }

  /** Waits for `count` responses or the end of the connection. */
  async wait(count = 1, limitMs = 5000) {
    const deadline = Date.now() + limitMs;
    while (this.responses().length < count && !this.closed && Date.now() < deadline) await sleep(5);
    return this.responses();
  }

  /** True when the server closed within the limit. */
  async waitClosed(limitMs = 5000) {
    const timer = sleep(limitMs, false, { ref: false });
    return Promise.race([this.ended.then(() => true), timer]);
  }

  destroy() {
    this.socket.destroy();
  }
}

/** One connection, one send; answers what came back and whether the server closed. */
export async function rawExchange(port, bytes, { count = 1, waitClose = true, limitMs = 5000 } = {}) {
  const connection = await RawConnection.open(port);
  try {
    connection.send(bytes);
    const responses = await connection.wait(count, limitMs);
    const closed = waitClose ? await connection.waitClosed(1500) : connection.closed;
    return { responses, closed };
  } finally {
    connection.destroy();
  }
}
