// SPDX-License-Identifier: Apache-2.0
// Ends the server, its PostgreSQL or both with SIGKILL in the middle of something, and waits until all is back.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomOf, SEED } from './random.js';

/** How often: 5 in an ordinary run, 50 in a nightly one. */
export const CRASHES = Number(process.env.CAIRN_CRASHES ?? 5);

const BACK_LIMIT_MS = 60_000;

/** One that is busy for the server if there is any; PostgreSQL ends all others then, and recovers. */
function backendOf(postmaster) {
  const backends = fs.readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8').trim().split(' ')
    .map((pid) => ({ pid: Number(pid), title: titleOf(pid) })).filter(({ title }) => title.includes('cairn_app'));
  return backends.find(({ title }) => !/ idle/.test(title))?.pid ?? backends[0]?.pid ?? postmaster;
}

function titleOf(pid) {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

const VICTIMS = {
  server: (server) => server.kill(),
  postgres: (server) => process.kill(server.postgresPid(), 'SIGKILL'),
  backend: (server) => process.kill(backendOf(server.postgresPid()), 'SIGKILL'),
  both: (server) => {
    process.kill(server.postgresPid(), 'SIGKILL');
    return server.kill();
  },
};
const NAMES = Object.keys(VICTIMS);

/**
 * Asks until the answer is none of the database being away: after a kill each connection comes back with what is
 * asked first on it.
 */
export async function settled(ask, wanted = [200, 201, 204]) {
  const end = Date.now() + BACK_LIMIT_MS;
  for (;;) {
    const answer = await ask().catch((error) => ({ status: 0, text: error.message }));
    const away = answer.status === 0 || answer.status === 503 || /IN_FLIGHT/.test(answer.body?.error?.code);
    if (!away || Date.now() > end) {
      assert.ok([wanted].flat().includes(answer.status), `${answer.status} ${answer.text.slice(0, 700)}`);
      return answer;
    }
    await sleep(50);
  }
}

export class Crashes {
  constructor(server) {
    this.server = server;
    this.random = randomOf(SEED);
    this.count = 0;
    console.log(`# CAIRN_SEED=${SEED} CAIRN_CRASHES=${CRASHES}`);
  }

  /**
   * Begins something that takes about `spanMs`, and kills at a moment of it. Status 0: there was no answer. Not
   * `inside`: it was answered before, after `took` milliseconds.
   * @returns {Promise<{victim: string, inside: boolean, took: number, status: number, text: string, told: string}>}
   */
  async during(begin, spanMs) {
    const victim = NAMES[(this.count++ + SEED - 1) % NAMES.length];
    const moment = this.random() * spanMs;
    const begun = performance.now();
    let answer = null;
    let took = null;
    const asked = begin().catch((error) => ({ status: 0, text: error.message })).then((a) => {
      answer = a;
      took = performance.now() - begun;
    });
    await sleep(moment);
    const inside = answer === null;
    await VICTIMS[victim](this.server);
    await asked;
    if (this.server.child) await this.server.waitHealthy();
    else await this.server.start();
    const told = `${victim} after ${Math.round(moment)} of ${Math.round(spanMs)} ms${inside ? '' : ', when it was over'}, seed ${SEED}`;
    return { victim, inside, took, status: answer.status, text: answer.text, told };
  }
}
