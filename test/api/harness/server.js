// SPDX-License-Identifier: Apache-2.0
// Starts and stops a real `cairn serve` with its private PostgreSQL in a temporary directory.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const START_LIMIT_MS = 90_000;
const STOP_LIMIT_MS = 30_000;

export async function freePort() {
  const probe = net.createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

// The cluster belongs to another user when we are root, who must be able to enter the directory.
function makeFolder() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cairn-test-'));
  fs.chmodSync(folder, 0o755);
  return folder;
}

export class Server {
  /** @param {{binary: string, env?: Record<string, string>}} options */
  constructor({ binary, env = {} }) {
    this.binary = binary;
    this.env = env;
    this.folder = makeFolder();
    this.dataFolder = path.join(this.folder, 'data');
    this.logPath = path.join(this.folder, 'server.log');
    this.child = null;
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  log() {
    return fs.existsSync(this.logPath) ? fs.readFileSync(this.logPath, 'utf8') : '';
  }

  environment() {
    const { PATH, HOME, LANG, TMPDIR } = process.env;
    const kept = Object.fromEntries(Object.entries({ PATH, HOME, LANG, TMPDIR }).filter(([, v]) => v));
    return {
      ...kept,
      ASAN_OPTIONS: 'abort_on_error=0:detect_stack_use_after_return=0',
      UBSAN_OPTIONS: 'print_stacktrace=1',
      PORT: String(this.port),
      HOST: '127.0.0.1',
      CAIRN_DATA: this.dataFolder,
      ...this.env,
    };
  }

  async start() {
    this.port ??= await freePort();
    const log = fs.openSync(this.logPath, 'a');
    this.child = spawn(this.binary, ['serve'], {
      env: this.environment(),
      stdio: ['ignore', log, log],
    });
    fs.closeSync(log);
    this.exited = new Promise((resolve) => {
      this.child.once('error', (error) => resolve({ code: -1, signal: error.message }));
      this.child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    await this.waitHealthy();
    return this;
  }

  async healthStatus() {
    try {
      const response = await fetch(`${this.url}/health`, { signal: AbortSignal.timeout(2000) });
      await response.arrayBuffer();
      return response.status;
    } catch {
      return 0;
    }
  }

  async waitHealthy(limitMs = START_LIMIT_MS) {
    const deadline = Date.now() + limitMs;
    let ended = null;
    this.exited.then((result) => (ended = result));
    while ((await this.healthStatus()) !== 200) {
      if (ended) throw new Error(`server ended (${JSON.stringify(ended)})\n${this.log().slice(-4000)}`);
      if (Date.now() > deadline) throw new Error(`server not healthy\n${this.log().slice(-4000)}`);
      await sleep(50);
    }
  }

  /** Graceful stop. Resolves with {code, signal}; a server that hangs is killed. */
  async stop() {
    if (!this.child) return { code: 0, signal: null };
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), STOP_LIMIT_MS);
    const result = await this.exited;
    clearTimeout(timer);
    this.child = null;
    return result;
  }

  async kill() {
    this.child.kill('SIGKILL');
    await this.exited;
    this.child = null;
  }

  /** The postmaster's process id, from its pid file. */
  postgresPid() {
    for (const name of fs.readdirSync(this.dataFolder, { recursive: true })) {
      if (path.basename(name) === 'postmaster.pid') {
        const text = fs.readFileSync(path.join(this.dataFolder, name), 'utf8');
        return Number(text.split('\n')[0]);
      }
    }
    throw new Error('no postmaster.pid below the data directory');
  }

  residentKilobytes() {
    const status = fs.readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+)/m.exec(status)[1]);
  }

  remove() {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The server that all suites of a run share; test/api/run started it. */
export function sharedServer() {
  const url = process.env.CAIRN_TEST_URL;
  if (!url) throw new Error('run the suites with test/api/run BINARY [FILE...]');
  return { url, port: Number(new URL(url).port) };
}

/** Its data directory, for tests that look into its database. */
export const sharedDataFolder = () => process.env.CAIRN_TEST_DATA;

/** A server of one's own, for tests that break it: `const server = await ownServer(t)`. */
export async function ownServer(t, env = {}) {
  const server = new Server({ binary: process.env.CAIRN_TEST_BINARY, env });
  t.after(async () => {
    await server.stop();
    server.remove();
  });
  return server.start();
}
