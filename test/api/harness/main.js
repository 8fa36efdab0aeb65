// SPDX-License-Identifier: Apache-2.0
// Runs the suites against one shared server and fails when the server itself complained.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { Server } from './server.js';

const here = path.dirname(import.meta.dirname);
const COMPLAINTS = /AddressSanitizer|LeakSanitizer|runtime error:|stack smashing|invariant/i;

function suites(names) {
  const all = fs.readdirSync(here).filter((name) => name.endsWith('.test.js')).sort();
  const chosen = names.length ? all.filter((f) => names.some((n) => f.startsWith(path.basename(n)))) : all;
  return chosen.map((name) => path.join(here, name));
}

async function runSuites(files, env) {
  const { CAIRN_TEST_PATTERN: pattern, CAIRN_TEST_SECONDS: seconds = '600' } = process.env;
  const runner = spawn(
    process.execPath,
    ['--test', '--test-concurrency=2', '--test-reporter=spec', `--test-timeout=${Number(seconds) * 1000}`,
      ...(pattern ? [`--test-name-pattern=${pattern}`] : []), ...files],
    { env: { ...process.env, ...env }, stdio: 'inherit' },
  );
  const [code] = await once(runner, 'exit');
  return code;
}

async function main([binaryName, ...names]) {
  if (!binaryName) throw new Error('usage: test/api/run BINARY [SUITE...]');
  const binary = path.resolve(binaryName);
  const server = await new Server({ binary }).start();
  const code = await runSuites(suites(names), {
    CAIRN_TEST_URL: server.url,
    CAIRN_TEST_BINARY: binary,
    CAIRN_TEST_DATA: server.dataFolder,
    CAIRN_TEST_LOG: server.logPath,
  });
  const ended = await server.stop();
  const log = server.log();
  const complaint = log.split('\n').findIndex((line) => COMPLAINTS.test(line));
  if (ended.code !== 0 || complaint >= 0) {
    const lines = log.split('\n');
    const from = complaint >= 0 ? complaint : Math.max(0, lines.length - 60);
    console.error(`server ended with ${JSON.stringify(ended)}; its log:`);
    console.error(lines.slice(from, from + 120).join('\n'));
    return 1;
  }
  server.remove();
  return code;
}

process.exitCode = await main(process.argv.slice(2));
