// SPDX-License-Identifier: Apache-2.0
// Holds every response to the OpenAPI document that the server itself serves.
import assert from 'node:assert/strict';
import { Ajv2020, addFormats } from './packages.js';

const pointer = (text) => text.replaceAll('~', '~0').replaceAll('/', '~1');

// RFC 3986 fragment escaping, which ajv undoes when it resolves a reference.
const fragment = (parts) => parts.map((p) => encodeURIComponent(pointer(p))).join('/');

function templateToPattern(template) {
  const escaped = template.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/\{[^}]+\}/g, '[^/]+')}$`);
}

export class OpenApi {
  constructor(document) {
    this.document = document;
    this.prefix = new URL(document.servers?.[0]?.url ?? '/', 'http://server').pathname.replace(/\/$/, '');
    this.ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false });
    addFormats(this.ajv);
    this.ajv.addSchema(document, 'openapi');
    this.paths = Object.keys(document.paths)
      .map((template) => ({ template, pattern: templateToPattern(this.prefix + template) }))
      .sort((a, b) => a.template.split('{').length - b.template.split('{').length);
  }

  /** The path template that serves a request path, or undefined. */
  templateFor(path) {
    return this.paths.find(({ pattern }) => pattern.test(path))?.template;
  }

  resolve(parts) {
    let node = this.document;
    for (const part of parts) node = node?.[part];
    const ref = node?.$ref;
    return ref ? this.resolve(ref.slice(2).split('/')) : { node, parts };
  }

  responseFor(template, method, status) {
    const base = ['paths', template, method.toLowerCase(), 'responses'];
    const names = [String(status), `${String(status)[0]}XX`, 'default'];
    for (const name of names) {
      const found = this.resolve([...base, name]);
      if (found.node) return found;
    }
    return null;
  }

  /** Throws when the document does not describe this response. */
  check({ method, path, partial, status, headers, body }) {
    const where = `${method} ${path} → ${status}`;
    const template = this.templateFor(path);
    assert.ok(template, `${where}: path is not in the OpenAPI document`);
    const operation = this.document.paths[template][method.toLowerCase()];
    if (!operation && status === 405) return;
    assert.ok(operation, `${where}: method is not documented`);
    const response = this.responseFor(template, method, status);
    assert.ok(response, `${where}: status is not documented for ${template}`);
    this.checkBody(where, response, headers, body, partial);
  }

  // A record is an anyOf of its whole form and of what `fields=` leaves of it.
  checkBody(where, { node, parts }, headers, body, partial) {
    const type = String(headers['content-type'] ?? '').split(';')[0];
    if (!node.content) {
      assert.ok(body === undefined || body === '', `${where}: has a body the document does not describe`);
      return;
    }
    const media = node.content[type];
    assert.ok(media, `${where}: content type "${type}" is not documented`);
    if (!media.schema || !/json$/.test(type)) return;
    const whole = media.schema.anyOf && !partial ? ['anyOf', '0'] : [];
    const validate = this.ajv.getSchema(`openapi#/${fragment([...parts, 'content', type, 'schema', ...whole])}`);
    assert.ok(validate, `${where}: schema cannot be compiled`);
    if (!validate(body)) {
      const errors = validate.errors.slice(0, 5).map((e) => `${e.instancePath} ${e.message} ${JSON.stringify(e.params)}`);
      assert.fail(`${where}: body differs from the OpenAPI document:\n${errors.join('\n')}\n${JSON.stringify(body).slice(0, 600)}`);
    }
  }
}

const loaded = new Map();

/** The document of a server, fetched once per process. */
export function openApiOf(url) {
  if (!loaded.has(url)) {
    loaded.set(
      url,
      fetch(`${url}/api/v1/openapi.json`).then(async (response) => {
        assert.equal(response.status, 200, 'GET /api/v1/openapi.json');
        return new OpenApi(await response.json());
      }),
    );
  }
  return loaded.get(url);
}
