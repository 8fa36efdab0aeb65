// SPDX-License-Identifier: Apache-2.0
// Rules between fields, which metadata does not carry. Everything else the suites read from /meta.
//   omit   fields that generated records leave out (they need a state the generator cannot see)
//   need   optional fields of which a minimal record must have one
//   either references of which an element names one
//   fixed  values that a rule between fields prescribes
//   ready  references to records that something must have happened to: the flow
//   bound  what is nested is bound to the state of other records: it has suites of its own
const HINTS = {
  company: { omit: ['primaryContactId', 'parentId'] },
  contact: { need: ['lastName'] },
  lead: { omit: ['status', 'stageId', 'unqualifiedReason'], need: ['firstName', 'email', 'company', 'source'] },
  deal: { omit: ['stageId', 'lostReason', 'wonReason', 'closedAt'], fixed: { contractStatus: 'none' } },
  activity: { need: ['companyId', 'subject'], fixed: { type: 'call', status: 'done', visibility: 'record' } },
  task: { omit: ['milestoneId', 'offsetDays'] },
  product_category: { omit: ['parentId'] },
  project: { omit: ['templateId'], fixed: { isTemplate: false } },
  event: { omit: ['templateId'], need: ['startAt', 'endAt'], fixed: { status: 'inquiry', isTemplate: false } },
  event_vendor: { need: ['bookedFrom', 'bookedTo'], omit: ['depositAmount'], fixed: { status: 'considering' } },
  schedule_item: { omit: ['eventVendorId'] },
  budget_line: { omit: ['eventVendorId'] },
  // A scheduled payment may be changed and deleted; one that is completed may not.
  payment: {
    need: ['companyId', 'dueDate', 'status'], omit: ['invoiceId', 'eventVendorId', 'refundOfId', 'paidAt', 'allocations'],
    fixed: { direction: 'in', kind: 'payment', status: 'scheduled' }, bound: true,
  },
  delivery_note: { need: ['carrier'], ready: { invoiceId: 'issue' }, bound: true },
  pipeline: { omit: ['isDefault', 'archived'] },
  stage: { fixed: { category: 'open' } },
  // A product's currency would have to be the deal's.
  deal_line: { omit: ['productId'], need: ['name', 'unitPrice'] },
  // A contact would have to be the company's, a product's currency the document's.
  quote: { omit: ['contactId'], need: ['title'] },
  invoice: { omit: ['contactId', 'creditedInvoiceId'], need: ['purchaseOrder'], fixed: { type: 'invoice' } },
  quote_line: { omit: ['productId'], need: ['name', 'unitPrice', 'quantity'], fixed: { kind: 'item' } },
  invoice_line: { omit: ['productId'], need: ['name', 'unitPrice', 'quantity'], fixed: { kind: 'item' } },
  activity_participant: { either: ['contactId', 'userId'] },
  event_participant: { either: ['contactId', 'userId'] },
  // Fixed as soon as a number was given.
  number_series: { omit: ['next', 'yearReset'] },
  // Changing these would lock the caller out.
  user: { omit: ['role', 'active', 'teamId'] },
  view: { omit: ['filters', 'columns', 'sorts', 'groupBy', 'sums'], need: ['shared'], fixed: { entity: 'activity', shared: 'all' } },
  custom_field: {
    fixed: { entity: 'contact', type: 'text' },
    omit: ['options', 'default', 'unique', 'min', 'max', 'maxLength', 'scale', 'searchable', 'filterable', 'referenceEntity', 'required', 'archived'],
  },
  picklist_option: { fixed: { picklist: 'industry' }, omit: ['archived'] },
};

const NONE = { omit: [], need: [], either: [], fixed: {}, ready: {}, bound: false };

export const hintsFor = (entityName) => ({ ...NONE, ...HINTS[entityName] });
