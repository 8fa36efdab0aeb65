/* SPDX-License-Identifier: Apache-2.0 */
/* A metadata document like the server's, for looking at the UI without one. Development only. */

const textOps = ['eq', 'ne', 'in', 'contains', 'startsWith', 'null'];
const orderOps = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'null'];
const choiceOps = ['eq', 'ne', 'in', 'null'];
const opsOf = {
  text: textOps, email: textOps, phone: textOps, url: textOps, longText: ['contains', 'null'],
  integer: orderOps, decimal: orderOps, percent: orderOps, money: orderOps, date: orderOps, datetime: orderOps,
  boolean: ['eq'], json: [], uuid: ['eq', 'in', 'null'],
};

export function field(name, type, label, more = {}) {
  return {
    name, label, type, required: false, readOnly: false, immutable: false, sortable: type !== 'json' && type !== 'longText' && !type.startsWith('multi'),
    filterable: type !== 'json', searchable: false, section: null, custom: false, operators: opsOf[type] ?? choiceOps, ...more,
  };
}

const option = (key, label, color) => ({ key, label, color: color ?? null, archived: false });
const options = (...list) => ({ options: list.map(([key, label, color]) => option(key, label, color)) });
const required = { required: true };
const readOnly = { readOnly: true };
const ref = (name, label, target, more) => field(name, 'reference', label, { references: target, include: name.endsWith('Id') ? name.slice(0, -2) : `${name}User`, ...more });
const owner = ref('ownerId', 'Owner', 'user');
const tags = field('tags', 'multiReference', 'Tags', { references: 'tag' });
const description = field('description', 'longText', 'Description', { maxLength: 10000 });
const common = [
  field('id', 'uuid', 'Id', readOnly), field('createdAt', 'datetime', 'Created', readOnly), field('updatedAt', 'datetime', 'Changed', readOnly),
  field('deletedAt', 'datetime', 'Deleted', readOnly), field('version', 'integer', 'Version', readOnly),
  ref('createdBy', 'Created by', 'user', readOnly), ref('updatedBy', 'Changed by', 'user', readOnly),
];
const address = (prefix, section) => [
  field(`${prefix}Street`, 'text', 'Street', { maxLength: 255, section }), field(`${prefix}City`, 'text', 'City', { maxLength: 100, section }),
  field(`${prefix}Region`, 'text', 'Region', { maxLength: 100, section }), field(`${prefix}PostalCode`, 'text', 'Postal code', { maxLength: 20, section }),
  field(`${prefix}Country`, 'country', 'Country', { section }),
];
export const industries = [['technology', 'Technology', 'blue'], ['healthcare', 'Healthcare', 'teal'], ['finance', 'Finance', 'violet'], ['retail', 'Retail', 'orange'], ['software', 'Software', 'sky'], ['employment', 'Employment', 'pink'], ['entertainment', 'Entertainment', 'amber'], ['telecommunications', 'Telecommunications', 'green'], ['other', 'Other', 'gray']];
const industry = field('industry', 'picklist', 'Industry', { picklist: 'industry', ...options(...industries) });
const source = field('source', 'picklist', 'Source', { picklist: 'source', ...options(['website', 'Website', 'blue'], ['referral', 'Referral', 'teal'], ['advertisement', 'Advertisement', 'orange']) });

function entity(name, path, label, labelPlural, group, titleFields, listFields, fields, more = {}) {
  return {
    name, plural: path.replaceAll('-', '_'), path: `/api/v1/${path}`, label, labelPlural, icon: name, group, titleFields, listFields, searchable: true,
    defaultSort: '-createdAt', access: { read: 'all', create: 'all', update: 'all', delete: 'all' }, fields: [...common, ...fields], ...more,
  };
}

export const entities = [
  entity('company', 'companies', 'Company', 'Companies', 'crm', ['name'], ['name', 'industry', 'status', 'ownerId', 'website', 'employees', 'annualRevenue', 'lastActivityAt'], [
    field('name', 'text', 'Name', { ...required, minLength: 2, maxLength: 100, searchable: true }),
    field('kind', 'enum', 'Kind', { default: 'organization', ...options(['organization', 'Organisation'], ['person', 'Person']) }),
    field('status', 'picklist', 'Status', { picklist: 'companyStatus', default: 'prospect', ...options(['prospect', 'Prospect', 'amber'], ['active', 'Active', 'green'], ['inactive', 'Inactive', 'gray']) }),
    industry, owner, source,
    field('email', 'email', 'E-mail', { maxLength: 254 }), field('phone', 'phone', 'Phone'), field('website', 'url', 'Website'),
    field('domain', 'text', 'Domain', readOnly), ref('parentId', 'Parent company', 'company'), ref('primaryContactId', 'Primary contact', 'contact'), tags,
    field('employees', 'integer', 'Employees', { section: 'Business', min: 0, max: 10000000 }), field('annualRevenue', 'money', 'Annual revenue', { section: 'Business', min: 0 }),
    field('currency', 'currency', 'Currency', { section: 'Business' }), field('foundedYear', 'integer', 'Founded', { section: 'Business', min: 1000, max: 2026 }),
    field('taxId', 'text', 'Tax number', { section: 'Business', maxLength: 50 }), field('paymentTermsDays', 'integer', 'Payment terms (days)', { section: 'Business', min: 0, max: 365 }),
    ...address('billing', 'Billing address'), description, field('lastActivityAt', 'datetime', 'Last activity', readOnly),
    field('custom.tier', 'enum', 'Tier', { custom: true, ...options(['gold', 'Gold', 'amber'], ['silver', 'Silver', 'gray']) }),
    field('custom.nps', 'integer', 'NPS', { custom: true, min: -100, max: 100 }),
  ]),
  entity('contact', 'contacts', 'Contact', 'Contacts', 'crm', ['firstName', 'lastName'], ['firstName', 'lastName', 'companyId', 'jobTitle', 'email', 'phone', 'lifecycleStage', 'ownerId'], [
    field('firstName', 'text', 'First name', { maxLength: 100, searchable: true }), field('lastName', 'text', 'Last name', { maxLength: 100, searchable: true }),
    ref('companyId', 'Company', 'company'), field('jobTitle', 'text', 'Job title', { maxLength: 100 }), field('department', 'text', 'Department', { maxLength: 100 }),
    field('email', 'email', 'E-mail'), field('phone', 'phone', 'Phone'), field('mobile', 'phone', 'Mobile'),
    field('lifecycleStage', 'picklist', 'Lifecycle stage', { picklist: 'lifecycleStage', ...options(['lead', 'Lead', 'sky'], ['prospect', 'Prospect', 'amber'], ['customer', 'Customer', 'green'], ['former', 'Former', 'gray']) }),
    source, owner, tags, field('birthday', 'date', 'Birthday'), field('linkedinUrl', 'url', 'LinkedIn'), field('timeZone', 'timeZone', 'Time zone'),
    field('doNotCall', 'boolean', 'Do not call', { section: 'Consent', default: false }), field('emailOptOut', 'boolean', 'No e-mail', { section: 'Consent', default: false }),
    field('consentAt', 'datetime', 'Consent given', { section: 'Consent' }), ...address('address', 'Address'), description, field('lastActivityAt', 'datetime', 'Last activity', readOnly),
  ]),
  entity('lead', 'leads', 'Lead', 'Leads', 'sales', ['firstName', 'lastName'], ['firstName', 'lastName', 'company', 'stageId', 'source', 'score', 'estimatedValue', 'ownerId', 'createdAt'], [
    field('firstName', 'text', 'First name', { ...required, maxLength: 50 }), field('lastName', 'text', 'Last name', { ...required, maxLength: 50 }),
    field('company', 'text', 'Company', { ...required, maxLength: 100 }), field('email', 'email', 'E-mail', required), field('phone', 'phone', 'Phone'),
    { ...source, required: true }, ref('stageId', 'Stage', 'stage'), owner, field('score', 'integer', 'Score', { min: 0, max: 100 }),
    field('estimatedValue', 'money', 'Estimated value', { min: 0 }), field('currency', 'currency', 'Currency'), field('campaign', 'text', 'Campaign', { maxLength: 100 }), tags, ...address('address', 'Address'), description,
  ]),
  entity('deal', 'deals', 'Deal', 'Deals', 'sales', ['name'], ['name', 'stageId', 'amount', 'companyId', 'ownerId', 'expectedCloseDate', 'closedAt', 'status'], [
    field('name', 'text', 'Name', { ...required, maxLength: 200 }), ref('stageId', 'Stage', 'stage'),
    field('status', 'enum', 'Status', { ...readOnly, ...options(['open', 'Open', 'blue'], ['won', 'Won', 'green'], ['lost', 'Lost', 'gray']) }),
    field('amount', 'money', 'Amount', { min: 0 }), field('currency', 'currency', 'Currency'), field('probability', 'integer', 'Probability', { min: 0, max: 100 }),
    field('weightedAmount', 'money', 'Weighted amount', readOnly), ref('companyId', 'Company', 'company'), ref('contactId', 'Contact', 'contact'), owner,
    field('product', 'text', 'Product', { maxLength: 200 }), source,
    field('startedAt', 'date', 'Started', { section: 'Dates' }), field('expectedCloseDate', 'date', 'Expected close', { section: 'Dates' }), field('closedAt', 'date', 'Closed', { section: 'Dates' }),
    field('wonReason', 'picklist', 'Won because', { section: 'Outcome', picklist: 'wonReason', ...options(['price', 'Price'], ['product', 'Product'], ['service', 'Service'], ['relationship', 'Relationship']) }),
    field('lostReason', 'picklist', 'Lost because', { section: 'Outcome', picklist: 'lostReason', ...options(['price', 'Price'], ['competitor', 'Competitor'], ['timing', 'Timing']) }),
    field('closeNote', 'text', 'Closing note', { section: 'Outcome', maxLength: 1000 }),
    field('contractNumber', 'text', 'Number', { section: 'Contract', maxLength: 50 }), field('contractStatus', 'enum', 'Status', { section: 'Contract', default: 'none', ...options(['none', 'None'], ['draft', 'Draft', 'gray'], ['sent', 'Sent', 'amber'], ['signed', 'Signed', 'green']) }),
    tags, description,
  ]),
  entity('activity', 'activities', 'Activity', 'Activities', 'work', ['subject'], ['subject', 'type', 'status', 'startAt', 'companyId', 'contactId', 'ownerId'], [
    field('subject', 'text', 'Subject', { maxLength: 200 }), field('type', 'enum', 'Type', { ...required, ...options(['call', 'Call', 'sky'], ['meeting', 'Meeting', 'violet'], ['note', 'Note', 'amber'], ['email', 'E-mail', 'teal']) }),
    field('status', 'enum', 'Status', options(['planned', 'Planned', 'blue'], ['done', 'Done', 'green'], ['cancelled', 'Cancelled', 'gray'])),
    field('startAt', 'datetime', 'Starts'), field('endAt', 'datetime', 'Ends'), field('allDay', 'boolean', 'All day', { default: false }), owner,
    ref('companyId', 'Company', 'company'), ref('contactId', 'Contact', 'contact'), ref('dealId', 'Deal', 'deal'), field('location', 'text', 'Location'), field('body', 'longText', 'Notes', { maxLength: 50000 }), tags,
  ]),
  entity('task', 'tasks', 'Task', 'Tasks', 'work', ['title'], ['title', 'status', 'priority', 'dueAt', 'assigneeId', 'companyId', 'dealId'], [
    field('title', 'text', 'Title', { ...required, maxLength: 200 }), field('status', 'enum', 'Status', { default: 'todo', ...options(['todo', 'To do', 'gray'], ['in_progress', 'In progress', 'blue'], ['waiting', 'Waiting', 'amber'], ['done', 'Done', 'green'], ['cancelled', 'Cancelled', 'red']) }),
    field('priority', 'enum', 'Priority', { default: 'normal', ...options(['low', 'Low', 'gray'], ['normal', 'Normal', 'blue'], ['high', 'High', 'orange'], ['urgent', 'Urgent', 'red']) }),
    ref('assigneeId', 'Assignee', 'user'), field('dueAt', 'datetime', 'Due'), ref('companyId', 'Company', 'company'), ref('contactId', 'Contact', 'contact'), ref('dealId', 'Deal', 'deal'), tags, description,
  ]),
  entity('pipeline', 'pipelines', 'Pipeline', 'Pipelines', 'admin', ['name'], ['name', 'entity', 'isDefault', 'position'], [
    field('name', 'text', 'Name', required), field('entity', 'enum', 'For', { immutable: true, default: 'deal', ...options(['deal', 'Deals'], ['lead', 'Leads']) }), field('isDefault', 'boolean', 'Default'), field('position', 'integer', 'Position'),
  ], { searchable: false, defaultSort: 'position' }),
  entity('stage', 'stages', 'Stage', 'Stages', 'admin', ['name'], ['name', 'pipelineId', 'category', 'probability', 'position'], [
    field('name', 'text', 'Name', required), ref('pipelineId', 'Pipeline', 'pipeline', { required: true, immutable: true }), field('category', 'enum', 'Category', { default: 'open', ...options(['open', 'Open', 'blue'], ['won', 'Won', 'green'], ['lost', 'Lost', 'gray']) }),
    field('probability', 'integer', 'Probability', { min: 0, max: 100 }), field('position', 'integer', 'Position', required), field('color', 'enum', 'Colour', options(...['gray', 'blue', 'sky', 'teal', 'green', 'amber', 'orange', 'red', 'pink', 'violet'].map((c) => [c, c, c]))),
  ], { searchable: false, defaultSort: 'position' }),
  entity('tag', 'tags', 'Tag', 'Tags', 'admin', ['name'], ['name', 'color'], [field('name', 'text', 'Name', required), field('color', 'enum', 'Colour', options(['teal', 'Teal', 'teal'], ['red', 'Red', 'red'], ['violet', 'Violet', 'violet'], ['amber', 'Amber', 'amber']))], { searchable: false }),
  entity('custom_field', 'custom-fields', 'Custom field', 'Custom fields', 'admin', ['label'], ['label', 'entity'], [field('label', 'text', 'Label', required), field('entity', 'text', 'Entity', required)], { searchable: false }),
  entity('picklist_option', 'picklist-options', 'Picklist option', 'Picklist options', 'admin', ['label'], ['label', 'picklist', 'key'], [field('label', 'text', 'Label', required), field('picklist', 'text', 'Picklist', required), field('key', 'text', 'Key', required)], { searchable: false }),
  entity('user', 'users', 'Member', 'Members', 'admin', ['firstName', 'lastName'], ['firstName', 'lastName', 'email', 'role', 'teamId', 'active', 'lastLoginAt'], [
    field('firstName', 'text', 'First name', required), field('lastName', 'text', 'Last name', required), field('email', 'email', 'E-mail', readOnly),
    field('role', 'enum', 'Role', options(['admin', 'Administrator', 'violet'], ['manager', 'Manager', 'blue'], ['user', 'User', 'gray'])), ref('teamId', 'Team', 'team'), field('active', 'boolean', 'Active'), field('jobTitle', 'text', 'Job title'), field('lastLoginAt', 'datetime', 'Last sign-in', readOnly),
  ], { access: { read: 'all', create: 'none', update: 'all', delete: 'none' } }),
  entity('team', 'teams', 'Team', 'Teams', 'admin', ['name'], ['name', 'managerId'], [field('name', 'text', 'Name', required), ref('managerId', 'Manager', 'user')], { searchable: false }),
];
