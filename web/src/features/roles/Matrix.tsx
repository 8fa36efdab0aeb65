/* SPDX-License-Identifier: Apache-2.0 */
/* Entities by verbs; a cell says whose records the role may treat so. A row opens to the rules of its fields. */

import { Check, ChevronRight, Lock, RotateCcw } from 'lucide-react';
import { Fragment, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { findEntity, useMeta } from '@/api/meta';
import { cn } from '@/lib/cn';
import { Menu, MenuItem, MenuSeparator, Tooltip } from '@/ui/overlay';
import {
  type Access,
  differs,
  type EntityAccess,
  type FieldAccess,
  type FieldRule,
  fieldRules,
  type RoleVerb,
  type Scope,
  scopes,
  verbs,
} from './data';

const tones: Record<Scope | FieldRule, string> = {
  none: 'gray',
  own: 'amber',
  team: 'sky',
  partner: 'violet',
  all: 'green',
  read: 'amber',
  write: 'green',
};

function Choice<T extends Scope | FieldRule>(props: {
  label: string;
  value: T;
  preset: T;
  choices: readonly T[];
  locked: boolean;
  onChange: (value: T, isPreset: boolean) => void;
}) {
  const { t } = useTranslation();
  const { label, value, preset, choices, locked, onChange } = props;
  const changed = value !== preset;
  const face = (
    <span
      data-tone={tones[value]}
      className={cn(
        'inline-flex h-5.5 min-w-13 items-center justify-center rounded px-1.5 text-xs',
        value === 'none' ? 'text-faint' : 'tone',
        changed && 'ring-1 ring-accent',
      )}
    >
      {value === 'none' ? '–' : t(`roles.scope.${value}`)}
    </span>
  );
  if (locked) return <span className="opacity-60">{face}</span>;
  return (
    <Menu
      align="center"
      trigger={
        <button
          type="button"
          aria-label={`${label}: ${t(`roles.scope.${value}`)}`}
          className="rounded-md p-0.5 hover:bg-active data-popup-open:bg-active"
        >
          {face}
        </button>
      }
    >
      {choices.map((choice) => (
        <MenuItem key={choice} onClick={() => onChange(choice, choice === preset)}>
          <Check size={14} aria-hidden className={choice === value ? 'text-accent' : 'invisible'} />
          <span className="flex-1">{t(`roles.scopeLong.${choice}`)}</span>
        </MenuItem>
      ))}
      {changed && (
        <>
          <MenuSeparator />
          <MenuItem onClick={() => onChange(preset, true)}>
            <RotateCcw size={14} aria-hidden />
            {t('roles.asPreset', { scope: t(`roles.scope.${preset}`) })}
          </MenuItem>
        </>
      )}
    </Menu>
  );
}

type Rules = {
  onScope: (entity: string, verb: RoleVerb, scope: Scope, isPreset: boolean) => void;
  onField: (entity: string, field: string, rule: FieldRule, isPreset: boolean) => void;
};

/** What the server keeps for itself has no rule to give. */
const kept = new Set(['id', 'version', 'createdAt', 'updatedAt', 'deletedAt', 'createdBy', 'updatedBy']);

function Fields({ entity, onField }: { entity: EntityAccess; onField: Rules['onField'] }) {
  const { t } = useTranslation();
  const change = (field: FieldAccess) => (rule: FieldRule, isPreset: boolean) =>
    onField(entity.name, field.name, rule, isPreset);
  return (
    <div className="px-4 pt-1 pb-4 md:pl-10">
      <p className="pb-2 text-muted text-xs">{t('roles.fieldsText')}</p>
      <ul className="grid gap-x-8 sm:grid-cols-2 xl:grid-cols-3">
        {entity.fields
          .filter((field) => !kept.has(field.name))
          .map((field) => (
            <li key={field.name} className="flex min-h-8 items-center gap-2 border-line border-b">
              <span className="min-w-0 flex-1 truncate">{field.label}</span>
              <Choice
                label={`${entity.label}, ${field.label}`}
                value={field.rule}
                preset={field.preset}
                choices={fieldRules}
                locked={entity.locked}
                onChange={change(field)}
              />
            </li>
          ))}
      </ul>
    </div>
  );
}

function EntityRow({ entity, onScope, onField }: { entity: EntityAccess } & Rules) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const changes = differs(entity);
  return (
    <>
      <tr className="border-line border-b hover:bg-hover">
        <th scope="row" className="sticky left-0 z-10 bg-surface py-1 pr-2 pl-3 text-left font-normal">
          <button
            type="button"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
            className="flex h-7 w-full items-center gap-1.5 rounded-md px-1 hover:text-accent"
          >
            <ChevronRight
              size={14}
              aria-hidden
              className={cn('shrink-0 text-faint transition-transform', open && 'rotate-90')}
            />
            <span className="truncate">{entity.label}</span>
            {entity.locked && (
              <Tooltip text={t('roles.locked')}>
                <Lock size={12} aria-label={t('roles.locked')} className="shrink-0 text-faint" />
              </Tooltip>
            )}
            {changes > 0 && (
              <Tooltip text={t('roles.changes', { count: changes })}>
                <span className="size-1.5 shrink-0 rounded-full bg-accent" />
              </Tooltip>
            )}
          </button>
        </th>
        {verbs.map((verb) => (
          <td key={verb} className="px-0.5 py-1 text-center">
            <Choice
              label={`${entity.label}, ${t(`roles.verb.${verb}`)}`}
              value={entity.access[verb]}
              preset={entity.preset[verb]}
              choices={scopes}
              locked={entity.locked}
              onChange={(scope, isPreset) => onScope(entity.name, verb, scope, isPreset)}
            />
          </td>
        ))}
      </tr>
      {open && (
        <tr className="border-line border-b bg-subtle">
          <td colSpan={verbs.length + 1}>
            <Fields entity={entity} onField={onField} />
          </td>
        </tr>
      )}
    </>
  );
}

const groups = ['crm', 'sales', 'work', 'admin'] as const;

export function Matrix({ access, ...rules }: { access: Access } & Rules) {
  const { t } = useTranslation();
  const meta = useMeta();
  const shown = access.entities.filter((entity) => !findEntity(meta, entity.name)?.nestedIn);
  return (
    <table className="w-full min-w-[860px] border-collapse text-sm">
      <thead className="sticky top-0 z-20 bg-surface">
        <tr className="border-line border-b text-muted text-xs">
          <th scope="col" className="sticky left-0 z-10 h-9 w-52 bg-surface px-4 text-left font-medium">
            {t('roles.entity')}
          </th>
          {verbs.map((verb) => (
            <th key={verb} scope="col" className="h-9 px-1 font-medium" title={t(`roles.verbLong.${verb}`)}>
              {t(`roles.verb.${verb}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {groups.map((group) => (
          <Fragment key={group}>
            <tr>
              <th
                scope="rowgroup"
                colSpan={verbs.length + 1}
                className="px-4 pt-4 pb-1 text-left font-medium text-faint text-xs"
              >
                {t(`nav.${group}`)}
              </th>
            </tr>
            {shown
              .filter((entity) => entity.group === group)
              .map((entity) => (
                <EntityRow key={entity.name} entity={entity} {...rules} />
              ))}
          </Fragment>
        ))}
      </tbody>
    </table>
  );
}
