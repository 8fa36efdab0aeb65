// SPDX-License-Identifier: Apache-2.0
// What a caller may see and do, said once more and independently of the server: the presets as FIELDS.md has
// them, the meaning of own, team and partner for each entity, and how roles differ. The oracle of
// access-oracle.test.js; it knows nothing of metadata, letters or SQL.

const LETTERS = { a: 'all', t: 'team', p: 'partner', o: 'own', n: 'none' };
const PRESETS = ['admin', 'manager', 'user', 'accountant', 'partner_admin', 'partner_user'];
const VERBS = ['read', 'create', 'update', 'delete'];

// read, create, update, delete for each of the presets above.
const MATRIX = {
  company: 'aaaa aaan oaon aaan nnnn nnnn',
  contact: 'aaaa aaan oaon aaan nnnn nnnn',
  lead: 'aaaa aaan oaon nnnn papn papn',
  deal: 'aaaa aaan oaon annn nnnn nnnn',
  activity: 'aaaa aaan oaon aaon pnnn pnnn',
  task: 'aaaa aaan oaon oaon nnnn nnnn',
  product: 'aaaa aaan annn aaan nnnn nnnn',
  vendor: 'aaaa aaan aaon aaan nnnn nnnn',
  project: 'aaaa aaan oaon annn nnnn nnnn',
  milestone: 'aaaa aaan oaon annn nnnn nnnn',
  event: 'aaaa aaan oaon annn nnnn nnnn',
  schedule_item: 'aaaa aaan oaon annn nnnn nnnn',
  partner: 'aaaa aaan annn annn pnpn pnnn',
  quote: 'aaaa aaan oaon annn nnnn nnnn',
  invoice: 'aaaa aaan oaon aaan nnnn nnnn',
  delivery_note: 'aaaa aaan oaon aaan nnnn nnnn',
  payment: 'aaaa aann onnn aaan nnnn nnnn',
};
// What is part of a record: of what, by which reference, in which array, and whether the log tells it to the
// owner of that.
export const NESTED = {
  deal_line: { of: 'deal', by: 'dealId', name: 'lines', owned: true },
  deal_participant: { of: 'deal', by: 'dealId', name: 'participants', owned: true },
  activity_participant: { of: 'activity', by: 'activityId', name: 'participants', owned: true },
  event_participant: { of: 'event', by: 'eventId', name: 'participants', owned: true },
  quote_line: { of: 'quote', by: 'quoteId', name: 'lines', owned: true },
  invoice_line: { of: 'invoice', by: 'invoiceId', name: 'lines', owned: true },
  delivery_note_line: { of: 'delivery_note', by: 'deliveryNoteId', name: 'lines', owned: false },
  payment_allocation: { of: 'payment', by: 'paymentId', name: 'allocations', owned: false },
};
const CHANGES = 'all all own all partner none'.split(' ');
// What an accountant's log is about, with its parts.
const MONEY = ['quote', 'invoice', 'delivery_note', 'payment'];
const EXPORT = 'all all none all partner none'.split(' ');
const PARTNERS = ['partner_admin', 'partner_user'];
// entity.field: the presets that do not see it.
const HIDDEN = {
  'product.cost': ['user'], 'vendor.bankAccount': ['user'], 'partner.commissionPercent': ['user'], 'partner.internalNotes': PARTNERS,
  'lead.score': PARTNERS, 'lead.companyId': PARTNERS, 'lead.contactId': PARTNERS, 'lead.zohoLeadId': PARTNERS,
};

export const RECORDS = Object.keys(MATRIX);
export const ENTITIES = [...RECORDS, ...Object.keys(NESTED)];

/** What both allow; of a partner's and one's own records that is nothing. */
export function narrower(a, b) {
  if (a === b || b === 'all') return a;
  if (a === 'all') return b;
  if (a === 'none' || b === 'none' || a === 'partner' || b === 'partner') return 'none';
  return 'own';
}

export class Oracle {
  /** @param {Map<string, Map<string, object>>} records by entity, by id, as the administrator sees them */
  constructor(records, people, teams) {
    Object.assign(this, { records, people, teams, nested: {} });
    for (const [entity, { by }] of Object.entries(NESTED)) this.nested[entity] = Map.groupBy(records.get(entity).values(), (row) => row[by]);
  }

  /** The rows of a nested collection that are part of a record. */
  parts(entity, id) {
    return this.nested[entity].get(id) ?? [];
  }

  at(entity, id) {
    return id ? this.records.get(entity).get(id) : undefined;
  }

  /** The users in the teams that somebody belongs to or manages, and they themselves. */
  mates(caller) {
    const of = new Set(this.teams.filter((t) => t.managerId === caller.id || t.id === caller.teamId).map((t) => t.id));
    return new Set([caller.id, ...this.people.filter((p) => of.has(p.teamId)).map((p) => p.id)]);
  }

  scope(caller, entity, verb) {
    if (NESTED[entity]) return this.scope(caller, NESTED[entity].of, verb);
    const said = caller.role.access[entity]?.[verb];
    const preset = PRESETS.indexOf(caller.role.preset);
    if (VERBS.includes(verb)) return said ?? LETTERS[MATRIX[entity].split(' ')[preset][VERBS.indexOf(verb)]];
    if (verb === 'export') return narrower(said ?? EXPORT[preset], this.scope(caller, entity, 'read'));
    if (verb === 'assign') return narrower(said ?? LETTERS[MATRIX[entity].split(' ')[preset][2]], this.scope(caller, entity, 'update'));
    throw new Error(verb);
  }

  rule(caller, entity, field) {
    const said = caller.role.fields[`${entity}.${field}`];
    return said ?? (HIDDEN[`${entity}.${field}`]?.includes(caller.role.preset) ? 'none' : 'write');
  }

  /** Whose own a record is. */
  owners(entity, r) {
    const owner = (of, id) => (id ? this.owners(of, this.at(of, id)) : []);
    const one = (of, id) => this.at(of, id)?.ownerId;
    const all = {
      contact: () => [r.ownerId, one('company', r.companyId)],
      task: () => [r.assigneeId, r.createdBy],
      product: () => [r.createdBy],
      project: () => [r.ownerId, ...r.memberIds],
      milestone: () => owner('project', r.projectId),
      event: () => [r.ownerId, ...this.parts('event_participant', r.id).map((p) => p.userId)],
      schedule_item: () => owner('event', r.eventId),
      delivery_note: () => owner('invoice', r.invoiceId),
      payment: () => [
        one('company', r.companyId), one('invoice', r.invoiceId), ...(r.eventId ? owner('event', r.eventId) : [one('vendor', r.vendorId)]),
        ...this.parts('payment_allocation', r.id).map((a) => one('invoice', a.invoiceId))],
      activity: () => (r.visibility === 'private' ? [r.createdBy] : [
        r.createdBy, r.ownerId, one('company', r.companyId), one('contact', r.contactId), one('lead', r.leadId), one('deal', r.dealId),
        ...owner('event', r.eventId), one('vendor', r.vendorId), one('partner', r.partnerId), one('quote', r.quoteId),
        one('invoice', r.invoiceId), ...owner('project', r.projectId),
        ...this.parts('activity_participant', r.id).map((p) => p.userId)]),
    }[entity]?.() ?? [r.ownerId];
    return all.filter(Boolean);
  }

  partnersOf(entity, r) {
    if (entity === 'partner') return [r.id];
    if (entity === 'lead' || entity === 'deal') return [r.partnerId];
    if (entity !== 'activity' || r.visibility !== 'partner') return [];
    return [r.partnerId, this.at('lead', r.leadId)?.partnerId, this.at('deal', r.dealId)?.partnerId];
  }

  reaches(caller, scope, entity, r) {
    const foreign = entity === 'activity' && r.visibility === 'private' && r.createdBy !== caller.id;
    switch (scope) {
      case 'all': return !foreign || this.scope(caller, entity, 'delete') === 'all';
      case 'own': return this.owners(entity, r).includes(caller.id);
      case 'team': return !foreign && this.owners(entity, r).some((id) => this.mates(caller).has(id));
      case 'partner': return Boolean(caller.partnerId) && this.partnersOf(entity, r).includes(caller.partnerId);
      default: return false;
    }
  }

  may(caller, verb, entity, r) {
    const part = NESTED[entity];
    if (part) return this.may(caller, verb, part.of, this.at(part.of, r[part.by]));
    return this.reaches(caller, this.scope(caller, entity, verb), entity, r);
  }

  /** The live records that somebody may read. */
  visible(caller, entity, verb = 'read') {
    const scope = verb === 'read' ? this.scope(caller, entity, 'read') : narrower(this.scope(caller, entity, verb), this.scope(caller, entity, 'read'));
    const part = NESTED[entity];
    const reached = (r) => (part ? this.reaches(caller, scope, part.of, this.at(part.of, r[part.by])) : this.reaches(caller, scope, entity, r));
    return [...this.records.get(entity).values()].filter((r) => !r.deletedAt && reached(r));
  }

  /** Whether a new record with this owner may be made: not for others by whom only own records are seen. */
  mayCreate(caller, entity, ownerId) {
    const [create, read] = [this.scope(caller, entity, 'create'), this.scope(caller, entity, 'read')];
    const scope = create === 'all' || read === 'none' || read === 'own' ? (create === 'none' ? 'none' : read) : create;
    // What was made is answered, so it must be seen; a partner's scope sees nothing of a colleague's.
    if (read === 'partner' || (ownerId !== caller.id && this.scope(caller, entity, 'assign') === 'none')) return false;
    return scope === 'all' || (scope === 'own' && ownerId === caller.id) || (scope === 'team' && this.mates(caller).has(ownerId));
  }

  /** Whether the log tells a change: by the letter of the log, and by that of what changed. `of` is the record. */
  tells(caller, change, of) {
    const part = NESTED[change.entity];
    const about = part ? this.at(part.of, of[part.by]) : of;
    const owner = part && !part.owned ? undefined : ({ task: of.assigneeId }[change.entity] ?? about.ownerId);
    const partner = change.entity === 'partner' ? of.id : ['lead', 'deal'].includes(part?.of ?? change.entity) ? about.partnerId : undefined;
    const mates = this.mates(caller);
    const by = {
      all: true,
      own: change.actorId === caller.id || owner === caller.id,
      team: mates.has(change.actorId) || mates.has(owner),
      partner: Boolean(caller.partnerId) && partner === caller.partnerId,
      none: false,
    };
    const log = CHANGES[PRESETS.indexOf(caller.role.preset)];
    const said = caller.role.access.change?.read ?? log;
    const money = caller.role.preset === 'accountant' && !caller.role.access.change?.read;
    if (money && !MONEY.includes(part?.of ?? change.entity)) return false;
    if (said === 'partner' && !['lead', 'partner'].includes(change.entity)) return false;
    if ((part?.of ?? change.entity) === 'activity' && about.visibility === 'private' && about.createdBy !== caller.id
      && this.scope(caller, 'activity', 'delete') !== 'all') return false;
    return by[said] && by[this.scope(caller, change.entity, 'read')];
  }
}
