/* SPDX-License-Identifier: Apache-2.0 */
/* One route: what it takes, what it answers, how it is called. */

import { Check, ChevronRight, Copy } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '@/lib/cn';
import { Tag } from '@/ui/bits';
import { Button } from '@/ui/button';
import { Input } from '@/ui/input';
import { Values as Choice, SchemaView } from './SchemaView';
import {
  curlOf,
  isPublic,
  jsonOf,
  limitsOf,
  type Operation,
  type Parameter,
  parametersOf,
  resolve,
  type Schema,
  type Spec,
  typeOf,
} from './spec';
import { TryIt } from './TryIt';

const tones: Record<string, string> = {
  get: 'blue',
  post: 'green',
  put: 'amber',
  patch: 'amber',
  delete: 'red',
};
const FEW = 8;

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="pt-4">
      <h4 className="pb-1 font-medium text-xs">{title}</h4>
      {children}
    </section>
  );
}

type Values = Record<string, string>;

function ParameterRow(props: {
  spec: Spec;
  parameter: Parameter;
  tries: boolean;
  value: string;
  onChange: (value: string) => void;
}) {
  const { spec, parameter, tries, value, onChange } = props;
  const { t } = useTranslation();
  const schema = resolve<Schema>(spec, parameter.schema ?? {});
  const each = schema.items ? resolve<Schema>(spec, schema.items) : schema;
  const isFilter = parameter.style === 'deepObject';
  const typeName = isFilter ? t('apiDocs.filter') : parameter.schema ? typeOf(spec, parameter.schema) : '';
  const fills = tries && (parameter.in === 'path' || parameter.in === 'query');
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-1 border-line border-b py-1.5 last:border-b-0">
      <div className="min-w-0 flex-1 basis-60">
        <div className="flex flex-wrap items-baseline gap-x-2">
          <code className="text-xs">{parameter.name}</code>
          <span className="text-muted text-xs">{typeName}</span>
          <span className="text-faint text-xs">{t(`apiDocs.in.${parameter.in}`)}</span>
          {parameter.required && <span className="text-danger text-xs">{t('apiDocs.required')}</span>}
        </div>
        {parameter.description && <p className="break-words text-muted text-xs">{parameter.description}</p>}
        {limitsOf(schema).length > 0 && (
          <p className="break-all text-faint text-xs">{limitsOf(schema).join(' · ')}</p>
        )}
        {each.enum && <Choice schema={each} />}
      </div>
      {fills && (
        <Input
          className="h-7 w-56 max-w-full text-xs max-sm:w-full"
          aria-label={t('apiDocs.valueOf', { name: parameter.name })}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </li>
  );
}

/** What every list takes comes first; filters by each field are many, and open when one asks. */
function Parameters(props: {
  spec: Spec;
  operation: Operation;
  values: Values;
  onChange: (values: Values) => void;
}) {
  const { spec, operation, values, onChange } = props;
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const parameters = parametersOf(spec, operation);
  if (parameters.length === 0) return null;
  const shown = all
    ? parameters
    : parameters.slice(0, Math.max(FEW, parameters.filter((p) => p.required).length));
  return (
    <Part title={t('apiDocs.parameters')}>
      <ul>
        {shown.map((parameter) => {
          const key = `${parameter.in} ${parameter.name}`;
          return (
            <ParameterRow
              key={key}
              spec={spec}
              parameter={parameter}
              tries={operation.method === 'get'}
              value={values[key] ?? ''}
              onChange={(value) => onChange({ ...values, [key]: value })}
            />
          );
        })}
      </ul>
      {parameters.length > shown.length && (
        <Button look="ghost" size="sm" className="-ml-2" onClick={() => setAll(true)}>
          {t('apiDocs.moreParameters', { count: parameters.length - shown.length })}
        </Button>
      )}
    </Part>
  );
}

function Answers({ spec, operation }: { spec: Spec; operation: Operation }) {
  const { t } = useTranslation();
  const answers = Object.entries(operation.responses ?? {});
  const good = answers.filter(([status]) => status.startsWith('2'));
  const others = answers.filter(([status]) => !status.startsWith('2'));
  return (
    <Part title={t('apiDocs.answers')}>
      {good.map(([status, response]) => {
        const schema = jsonOf(spec, response);
        return (
          <div key={status} className="pb-2">
            <p className="text-xs">
              <span className="font-medium text-good tabular-nums">{status}</span>{' '}
              <span className="text-muted">
                {resolve<{ description?: string }>(spec, response).description}
              </span>
            </p>
            {schema && <SchemaView spec={spec} schema={schema} />}
          </div>
        );
      })}
      <ul className="flex flex-col gap-0.5">
        {others.map(([status, response]) => (
          <li key={status} className="text-xs">
            <span className="font-medium tabular-nums">{status}</span>{' '}
            <span className="text-muted">
              {resolve<{ description?: string }>(spec, response).description}
            </span>
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Command({ text }: { text: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <div className="relative overflow-hidden rounded-lg bg-subtle">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long line is scrolled by the keyboard */}
      <pre tabIndex={0} className="overflow-x-auto p-3 pr-24 text-xs">
        {text}
      </pre>
      <Button
        size="sm"
        className="absolute top-2 right-2"
        onClick={() => void copy()}
        onBlur={() => setCopied(false)}
      >
        {copied ? <Check size={12} aria-hidden /> : <Copy size={12} aria-hidden />}
        {copied ? t('apiDocs.copied') : t('apiDocs.copy')}
      </Button>
    </div>
  );
}

function Details({ spec, operation }: { spec: Spec; operation: Operation }) {
  const { t } = useTranslation();
  const [values, setValues] = useState<Values>({});
  const body = jsonOf(spec, operation.requestBody);
  const isRead = operation.method === 'get';
  const answersJson = Object.values(operation.responses ?? {}).some((response) => jsonOf(spec, response));
  return (
    <div className="px-4 pb-5 sm:pl-23">
      {operation.description && <p className="text-muted">{operation.description}</p>}
      {isPublic(operation) && <p className="text-faint text-xs">{t('apiDocs.public')}</p>}
      <Parameters spec={spec} operation={operation} values={values} onChange={setValues} />
      {isRead && answersJson && (
        <Part title={t('apiDocs.try')}>
          <TryIt operation={operation} values={values} />
        </Part>
      )}
      {body && (
        <Part title={t('apiDocs.body')}>
          <SchemaView spec={spec} schema={body} />
        </Part>
      )}
      <Part title={t('apiDocs.example')}>
        <Command text={curlOf(spec, operation, window.location.origin, values)} />
      </Part>
      <Answers spec={spec} operation={operation} />
    </div>
  );
}

export function OperationItem(props: {
  spec: Spec;
  operation: Operation;
  open: boolean;
  onToggle: () => void;
}) {
  const { spec, operation, open, onToggle } = props;
  const id = useId();
  return (
    <li className="border-line border-b">
      <h3>
        <button
          type="button"
          aria-expanded={open}
          aria-controls={id}
          onClick={onToggle}
          className="flex w-full flex-wrap items-center gap-x-3 gap-y-0.5 px-4 py-2.5 text-left hover:bg-hover"
        >
          <span className="flex w-16 shrink-0 items-center">
            <Tag tone={tones[operation.method] ?? 'gray'}>{operation.method.toUpperCase()}</Tag>
          </span>{' '}
          <code className="min-w-0 max-w-full break-all text-xs">{operation.path}</code>{' '}
          <span className="min-w-0 flex-1 truncate text-muted text-xs max-sm:basis-full">
            {operation.summary}
          </span>
          <ChevronRight
            size={14}
            aria-hidden
            className={cn('shrink-0 text-faint transition-transform max-sm:hidden', open && 'rotate-90')}
          />
        </button>
      </h3>
      <div id={id}>{open && <Details spec={spec} operation={operation} />}</div>
    </li>
  );
}
