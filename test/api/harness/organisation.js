// SPDX-License-Identifier: Apache-2.0
// Makes organisations with signed-in members, each test file its own, so suites cannot disturb each
// other on the shared server.
import { randomBytes } from 'node:crypto';
import { Client } from './client.js';
import { Maker } from './maker.js';
import { Meta } from './meta.js';
import { sharedServer } from './server.js';

export const PASSWORD = 'correct horse battery';

export const unique = (prefix = 'x') => `${prefix}${randomBytes(6).toString('hex')}`;

/** Registers a user with a new organisation and answers a signed-in client. */
export async function register(server, overrides = {}) {
  const anonymous = new Client(server);
  const body = {
    email: `${unique('admin')}@example.com`,
    password: PASSWORD,
    firstName: 'Ada',
    lastName: 'Admin',
    organization: `Organisation ${unique()}`,
    ...overrides,
  };
  const answer = await anonymous.post('/auth/register', body, { expect: 201 });
  const { user, organization, accessToken, refreshToken } = answer.body.data;
  return new Client(server, {
    token: accessToken,
    refreshToken,
    id: user.id,
    email: body.email,
    role: 'admin',
    organizationId: organization.id,
  });
}

/** Signs in with a password. */
export async function login(server, email, password = PASSWORD) {
  const answer = await new Client(server).post('/auth/login', { email, password }, { expect: 200 });
  const { user, accessToken, refreshToken } = answer.body.data;
  return new Client(server, { token: accessToken, refreshToken, id: user.id, email });
}

export class Organisation {
  static async create(server = sharedServer()) {
    const organisation = new Organisation();
    organisation.server = server;
    organisation.admin = await register(server);
    organisation.id = organisation.admin.organizationId;
    organisation.meta = await Meta.load(organisation.admin);
    organisation.maker = new Maker(organisation.admin, organisation.meta);
    return organisation;
  }

  /** The id of a new partner whose people may sign in. */
  async partner() {
    return (await this.maker.create('partner', { status: 'approved' })).id;
  }

  /** Invites a member with a role and accepts the invitation. */
  async member(role, extra = {}) {
    const email = `${unique(role)}@example.com`;
    const invited = await this.admin.post('/invitations', { email, role, ...extra }, { expect: 201 });
    const accepted = await new Client(this.server).post(
      '/auth/accept-invitation',
      { token: invited.body.data.token, password: PASSWORD, firstName: 'Mo', lastName: unique(role) },
      { expect: [200, 201] },
    );
    const { user, accessToken, refreshToken } = accepted.body.data;
    const client = new Client(this.server, { token: accessToken, refreshToken, id: user.id, email, role });
    client.meta = await Meta.load(client);
    client.maker = new Maker(client, client.meta);
    return client;
  }
}
