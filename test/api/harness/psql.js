// SPDX-License-Identifier: Apache-2.0
// Looks into a test server's private PostgreSQL, as its superuser.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';

/** Runs a query that answers one JSON value. `dataFolder` is the server's. */
export function queryJson(dataFolder, sql) {
  const socket = fs.readFileSync(path.join(dataFolder, 'postgres.socket'), 'utf8').trim();
  const text = execFileSync('psql', ['-X', '-At', '-v', 'ON_ERROR_STOP=1', '-h', socket, '-U', 'postgres', '-d', 'cairn', '-c', sql], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    env: { ...process.env, PGTZ: 'UTC' },
  });
  return JSON.parse(text);
}

/** Runs statements as they are, past triggers: for times that no request could make. */
export function execute(dataFolder, sql) {
  const socket = fs.readFileSync(path.join(dataFolder, 'postgres.socket'), 'utf8').trim();
  execFileSync('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-h', socket, '-U', 'postgres', '-d', 'cairn'], {
    input: `set session_replication_role = replica;\n${sql}`,
    encoding: 'utf8',
  });
}

/** A session of its own that holds what it locks for as long as its statements say; resolves at its end. */
export async function session(dataFolder, sql) {
  const socket = fs.readFileSync(path.join(dataFolder, 'postgres.socket'), 'utf8').trim();
  const psql = spawn('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-h', socket, '-U', 'postgres', '-d', 'cairn'],
    { stdio: ['pipe', 'ignore', 'inherit'] });
  psql.stdin.end(sql);
  const [code] = await once(psql, 'exit');
  if (code !== 0) throw new Error(`psql ended with ${code}`);
}
