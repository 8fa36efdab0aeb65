// SPDX-License-Identifier: Apache-2.0
// A PostgreSQL of an administrator's own, for the tests in which Cairn is given one by DATABASE_URL.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const BOOTSTRAP = path.resolve(import.meta.dirname, '../../../deploy/postgres/bootstrap.sql');
const SUPERUSER = { name: 'admin', password: 'admin-secret' };
// A managed service gives no superuser but somebody who may make roles and databases.
const MANAGER = { name: 'manager', password: 'manager-secret' };
const PASSWORDS = { cairn_owner: 'owner-secret', cairn_app: 'app-secret', [SUPERUSER.name]: SUPERUSER.password, [MANAGER.name]: MANAGER.password };

/** PostgreSQL refuses to run as root. */
function unprivileged() {
  if (process.getuid() !== 0) return {};
  const id = (option) => Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

const binary = (name) => path.join(execFileSync('pg_config', ['--bindir'], { encoding: 'utf8' }).trim(), name);

export class Cluster {
  run(name, args, options = {}) {
    return execFileSync(binary(name), args, { ...this.user, cwd: this.folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], ...options });
  }

  init() {
    this.user = unprivileged();
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cairn-pg-'));
    this.data = path.join(this.folder, 'data');
    fs.chmodSync(this.folder, 0o755);
    if (this.user.uid !== undefined) fs.chownSync(this.folder, this.user.uid, this.user.gid);
    const passwordFile = path.join(this.folder, 'password');
    fs.writeFileSync(passwordFile, SUPERUSER.password, { mode: 0o644 });
    this.run('initdb', ['-D', this.data, '-E', 'UTF8', '--locale=C.UTF-8', '-A', 'scram-sha-256', '-U', SUPERUSER.name, `--pwfile=${passwordFile}`]);
    fs.appendFileSync(path.join(this.data, 'postgresql.conf'), `listen_addresses = ''\nunix_socket_directories = '${this.folder}'\nfsync = off\nmax_connections = 200\n`);
  }

  // pg_ctl hands its standard streams down to the server, which would keep a pipe open.
  start() {
    this.run('pg_ctl', ['-D', this.data, '-w', '-l', path.join(this.folder, 'log'), 'start'], { stdio: 'ignore' });
  }

  stop() {
    this.run('pg_ctl', ['-D', this.data, '-w', '-m', 'fast', 'stop'], { stdio: 'ignore' });
  }

  remove() {
    if (!this.folder) return;
    try {
      this.stop();
    } catch {
      // It was stopped already.
    }
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  url(role, database, password = PASSWORDS[role]) {
    return `postgresql://${role}:${encodeURIComponent(password)}@/${database}?host=${encodeURIComponent(this.folder)}`;
  }

  psql(role, database, ...args) {
    return execFileSync('psql', ['-X', '-q', '-At', '-v', 'ON_ERROR_STOP=1', '-d', this.url(role, database), ...args], {
      encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 26,
    }).trim();
  }

  sql(role, database, text) {
    return this.psql(role, database, '-c', text);
  }

  /** A database as an administrator prepares it: `as` is the superuser or, without LEAKPROOF marks, the manager. */
  prepare(database, as = SUPERUSER.name) {
    if (as === MANAGER.name) this.sql(SUPERUSER.name, 'postgres', `create role ${MANAGER.name} login createrole createdb password '${MANAGER.password}'`);
    this.sql(as, 'postgres', `create database ${database}`);
    this.psql(as, database, '-f', BOOTSTRAP);
    for (const role of ['cairn_owner', 'cairn_app']) this.sql(as, database, `alter role ${role} password '${PASSWORDS[role]}'`);
  }

  /** The environment of a server on a database of this cluster. */
  environment(database, { serve = 'cairn_app', migrate = 'cairn_owner' } = {}) {
    return {
      DATABASE_URL: this.url(serve, database),
      CAIRN_MIGRATE_URL: this.url(migrate, database),
      CAIRN_DB_CONNECTIONS: '16',
      JWT_SECRET: 'a secret that all servers of a test share',
      JWT_REFRESH_SECRET: 'another secret that all servers of a test share',
    };
  }
}
