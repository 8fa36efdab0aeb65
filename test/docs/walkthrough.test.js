// SPDX-License-Identifier: Apache-2.0
// Follows CONTRIBUTING.md literally in a copy of the tree: writes its files, applies its diffs, builds,
// and runs the generic API suites over the entity that results.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { register } from '../api/harness/organisation.js';
import { Server } from '../api/harness/server.js';

const root = path.resolve(import.meta.dirname, '../..');
const guide = fs.readFileSync(path.join(root, 'CONTRIBUTING.md'), 'utf8');
let copy;

/** The fenced blocks whose info string names a file. */
const steps = [...guide.matchAll(/^```(\w+) (\S+)\n(.*?)^```$/gms)].map(([, language, file, text]) => ({ language, file, text }));

function copyTree() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cairn-walk-'));
  fs.chmodSync(folder, 0o755);
  const listed = execFileSync('git', ['-C', root, 'ls-files', '-z', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' });
  for (const name of listed.split('\0').filter((n) => n && (!n.startsWith('web/') || n.startsWith('web/src/lib/')) && fs.statSync(path.join(root, n), { throwIfNoEntry: false })?.isFile())) {
    fs.mkdirSync(path.join(folder, path.dirname(name)), { recursive: true });
    fs.copyFileSync(path.join(root, name), path.join(folder, name));
  }
  for (const shared of ['tool/node_modules']) fs.symlinkSync(path.join(root, shared), path.join(folder, shared));
  return folder;
}

/** A diff of one hunk without line numbers: its context must occur exactly once. */
function applyDiff(text, original) {
  const body = text.split('\n').filter((line) => !/^(---|\+\+\+|@@)/.test(line) && line !== '');
  const before = body.filter((line) => line[0] !== '+').map((line) => line.slice(1)).join('\n');
  const replacement = body.filter((line) => line[0] !== '-').map((line) => line.slice(1)).join('\n');
  assert.equal(original.split(before).length, 2, `the context occurs once:\n${before}`);
  return original.replace(before, () => replacement);
}

function follow({ language, file, text }) {
  const target = path.join(copy, file);
  if (language === 'diff') return fs.writeFileSync(target, applyDiff(text, fs.readFileSync(target, 'utf8')));
  assert.ok(!fs.existsSync(target), `${file} is new`);
  return fs.writeFileSync(target, text);
}

const run = (command, args, env = {}) => {
  const result = spawnSync(command, args, { cwd: copy, encoding: 'utf8', env: { ...process.env, NODE_TEST_CONTEXT: undefined, ...env }, maxBuffer: 1 << 26 });
  assert.equal(result.status, 0, `${command} ${args.join(' ')}\n${(result.stdout + result.stderr).slice(-6000)}`);
  return result.stdout;
};

before(() => {
  copy = copyTree();
  steps.forEach(follow);
});

after(() => copy && fs.rmSync(copy, { recursive: true, force: true }));

test('the guide adds a field and an entity', () => {
  assert.deepEqual(steps.map((step) => step.file.split('/')[0]), ['src', 'migrations', 'src', 'migrations']);
});

test('S5-API-26 the result builds and serves the new entity with its access, log and documents', () => {
  run('script/build', ['debug']);
  const output = run('test/api/run', ['build/debug/cairn'], { CAIRN_TEST_PATTERN: '\\bvenue\\b|\\bvenues\\b' });
  const passed = Number(/^ℹ pass (\d+)$/m.exec(output)[1]);
  assert.ok(passed >= 20, `${passed} generic tests ran over the new entity`);
});

test('S5-API-26 the new field is served like any other', async () => {
  const server = await new Server({ binary: path.join(copy, 'build/debug/cairn') }).start();
  try {
    const admin = await register(server);
    const [pipeline] = await admin.all('/pipelines');
    await admin.patch(`/pipelines/${pipeline.id}`, { purpose: 'New business' }, { expect: 200 });
    const found = await admin.all('/pipelines', { purpose: 'New business' });
    assert.deepEqual(found.map((row) => row.id), [pipeline.id]);
    assert.deepEqual((await admin.all(`/pipelines/${pipeline.id}/timeline`))[0].diff.purpose, [null, 'New business']);
  } finally {
    await server.stop();
    server.remove();
  }
});
