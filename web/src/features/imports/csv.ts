/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the first rows of a CSV file and guesses which column is which field. The server does the real reading. */
import type { EntityMeta, FieldMeta } from '@/api/types';

/** RFC 4180: quotes doubled inside quotes, line breaks allowed inside them. An unfinished last row is dropped. */
export function parseCsv(text: string, separator: string, maxRows: number): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  const source = text.replace(/^\ufeff/, '');
  for (let at = 0; at < source.length && rows.length < maxRows; at++) {
    const char = source[at];
    if (quoted) {
      if (char !== '"') cell += char;
      else if (source[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (char === '"' && cell === '') quoted = true;
    else if (char === separator) {
      row.push(cell);
      cell = '';
    } else if (char === '\n' || char === '\r') {
      if (char === '\r' && source[at + 1] === '\n') at += 1;
      rows.push([...row, cell]);
      row = [];
      cell = '';
    } else cell += char;
  }
  if (rows.length < maxRows && !quoted && (cell !== '' || row.length)) rows.push([...row, cell]);
  return rows.filter((cells) => cells.length > 1 || cells[0] !== '');
}

/** The separator that splits the header into most parts. */
export function guessSeparator(text: string): string {
  const header = text.slice(0, text.search(/[\r\n]|$/));
  const counts = [',', ';', '\t', '|'].map(
    (separator) => [separator, header.split(separator).length] as const,
  );
  return counts.reduce((best, next) => (next[1] > best[1] ? next : best))[0];
}

const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');

/** What real exports call things. */
const synonyms: Record<string, string[]> = {
  name: [
    'account',
    'accountname',
    'company',
    'companyname',
    'organization',
    'organisation',
    'opportunity',
    'opportunityname',
    'opportunityid',
    'dealname',
    'dealid',
    'title',
  ],
  companyId: ['account', 'accountname', 'company', 'companyname', 'organization', 'customer', 'client'],
  ownerId: ['owner', 'salesagent', 'agent', 'salesrep', 'rep', 'assignedto', 'accountowner'],
  stageId: ['stage', 'dealstage', 'salesstage', 'status'],
  pipelineId: ['pipeline'],
  amount: ['closevalue', 'value', 'dealvalue', 'dealamount', 'revenue'],
  closedAt: ['closedate', 'closed', 'dateclosed'],
  startedAt: ['engagedate', 'startdate', 'opened'],
  industry: ['sector'],
  employees: ['numberofemployees', 'employeecount', 'headcount', 'size'],
  annualRevenue: ['revenue', 'turnover', 'sales'],
  foundedYear: ['yearestablished', 'founded', 'yearfounded'],
  parentId: ['subsidiaryof', 'parent', 'parentaccount', 'parentcompany'],
  billingCountry: ['country', 'officelocation', 'location'],
  billingCity: ['city', 'town'],
  phone: ['telephone', 'phonenumber', 'tel'],
  email: ['mail', 'emailaddress'],
  website: ['url', 'web', 'homepage', 'site'],
  jobTitle: ['title', 'position', 'role'],
  firstName: ['forename', 'givenname', 'first'],
  lastName: ['surname', 'familyname', 'last'],
};

function score(field: FieldMeta, column: string): number {
  const wanted = plain(column);
  if (plain(field.name) === wanted || plain(field.label) === wanted) return 3;
  if (field.type === 'reference' && plain(field.name.replace(/Id$/, '')) === wanted) return 3;
  return synonyms[field.name]?.includes(wanted) ? 2 : 0;
}

export const importable = (entity: EntityMeta): FieldMeta[] =>
  entity.fields.filter((f) => !f.readOnly && !['json', 'uuid', 'multiReference'].includes(f.type));

/** column → field name; the better match wins a field that two columns want. */
export function guessMapping(columns: string[], entity: EntityMeta): Record<string, string> {
  const fields = importable(entity);
  const pairs = columns
    .flatMap((column) => fields.map((field) => ({ column, field: field.name, score: score(field, column) })))
    .filter((pair) => pair.score > 0)
    .sort((a, b) => b.score - a.score);
  const mapping: Record<string, string> = {};
  const taken = new Set<string>();
  for (const { column, field } of pairs) {
    if (mapping[column] || taken.has(field)) continue;
    mapping[column] = field;
    taken.add(field);
  }
  return mapping;
}
