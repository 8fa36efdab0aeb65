// SPDX-License-Identifier: Apache-2.0
// /api/v1/meta as the suites walk it: nothing in them names an entity or a field.

export class Meta {
  static async load(client) {
    return new Meta(await client.read('/meta'));
  }

  constructor(data) {
    this.data = data;
    this.entities = data.entities.map((entity) => new Entity(entity));
  }

  entity(name) {
    const found = this.entities.find((entity) => entity.name === name);
    if (!found) throw new Error(`meta names no entity ${name}`);
    return found;
  }

  has(name) {
    return this.entities.some((entity) => entity.name === name);
  }

  /** Entities on which the caller may do all these verbs. */
  allowing(...verbs) {
    return this.entities.filter((entity) => verbs.every((verb) => entity.allows(verb)));
  }
}

export class Entity {
  constructor(data) {
    Object.assign(this, data);
  }

  allows(verb) {
    return (this.access?.[verb] ?? 'none') !== 'none';
  }

  field(name) {
    return this.fields.find((field) => field.name === name);
  }

  /** Fields a create may carry. */
  get writable() {
    return this.fields.filter((field) => !field.readOnly);
  }

  /** Fields an update may carry. */
  get editable() {
    return this.writable.filter((field) => !field.immutable);
  }

  /** The field that says whose the record is, when there is one. Where "own" goes through another record
   *  (`ownThrough` names the reference to it), that one says it. */
  get owner() {
    if (this.ownThrough) return undefined;
    return this.fields.find((f) => ['ownerId', 'assigneeId'].includes(f.name) && f.references === 'user');
  }

  at(id, rest = '') {
    return `${this.path}/${id}${rest}`;
  }
}
