/* SPDX-License-Identifier: Apache-2.0 */
/* A schema as a list of its members; those that are objects themselves open when one asks. */

import { ChevronRight } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '@/lib/cn';
import { limitsOf, resolve, type Schema, type Spec, shapeOf, typeOf } from './spec';

const FEW = 12;

/** What there is to open: members of an object, of what a list holds, or the branches of a choice. */
function insideOf(spec: Spec, schema: Schema): Schema | null {
  const plain = shapeOf(spec, schema);
  if (plain.properties && Object.keys(plain.properties).length) return plain;
  if (plain.items) return insideOf(spec, plain.items);
  const branches = plain.anyOf ?? plain.oneOf;
  if (branches) return branches.map((one) => insideOf(spec, one)).find((one) => one !== null) ?? null;
  if (typeof plain.additionalProperties === 'object') return insideOf(spec, plain.additionalProperties);
  return null;
}

/** The values of a choice, a few of many. */
export function Values({ schema }: { schema: Schema }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const values = schema.enum ?? [];
  const shown = all ? values : values.slice(0, FEW);
  return (
    <span className="flex flex-wrap gap-1 pt-0.5">
      {shown.map((value) => (
        <code key={String(value)} className="rounded bg-subtle px-1 text-xs">
          {String(value)}
        </code>
      ))}
      {values.length > shown.length && (
        <button type="button" className="text-accent text-xs" onClick={() => setAll(true)}>
          {t('apiDocs.more', { count: values.length - shown.length })}
        </button>
      )}
    </span>
  );
}

/** A title that is the name in other letters tells nothing. */
const saysName = (title: string | undefined, name: string): boolean =>
  !title || title.replaceAll(/\W/g, '').toLowerCase() === name.toLowerCase();

function Member(props: { spec: Spec; name: string; schema: Schema; required: boolean }) {
  const { spec, name, schema, required } = props;
  const { t } = useTranslation();
  const id = useId();
  const [open, setOpen] = useState(false);
  const plain = resolve<Schema>(spec, schema);
  const inside = insideOf(spec, schema);
  const list = plain.items ? resolve<Schema>(spec, plain.items) : plain;
  const notes = [...limitsOf(plain), ...(plain.readOnly ? [t('apiDocs.readOnly')] : [])];
  return (
    <li className="border-line border-b py-1.5 last:border-b-0">
      <div className="flex flex-wrap items-baseline gap-x-2">
        {inside ? (
          <button
            type="button"
            aria-expanded={open}
            aria-controls={id}
            onClick={() => setOpen(!open)}
            className="inline-flex items-center gap-1 rounded-sm font-mono text-xs hover:text-accent"
          >
            <ChevronRight size={12} aria-hidden className={cn('transition-transform', open && 'rotate-90')} />
            {name}
          </button>
        ) : (
          <code className="text-xs">{name}</code>
        )}
        <span className="text-muted text-xs">{typeOf(spec, schema)}</span>
        {required && <span className="text-danger text-xs">{t('apiDocs.required')}</span>}
        {notes.length > 0 && <span className="break-all text-faint text-xs">{notes.join(' · ')}</span>}
      </div>
      {(plain.description || !saysName(plain.title, name)) && (
        <p className="text-muted text-xs">{plain.description ?? plain.title}</p>
      )}
      {list.enum && <Values schema={list} />}
      {inside && open && (
        <div id={id} className="mt-1 ml-1 border-line border-l pl-3">
          <SchemaView spec={spec} schema={inside} />
        </div>
      )}
    </li>
  );
}

export function SchemaView({ spec, schema }: { spec: Spec; schema: Schema }) {
  const inside = insideOf(spec, schema);
  if (!inside) return <p className="text-muted text-xs">{typeOf(spec, schema)}</p>;
  return (
    <ul>
      {Object.entries(inside.properties ?? {}).map(([name, member]) => (
        <Member
          key={name}
          spec={spec}
          name={name}
          schema={member}
          required={inside.required?.includes(name) ?? false}
        />
      ))}
    </ul>
  );
}
