/* SPDX-License-Identifier: Apache-2.0 */
/* A change of the record in words, with its before → after. */

import { ArrowRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { findEntity, findField, useMeta } from '@/api/meta';
import type { Change, EntityMeta, FieldMeta, Json, Meta } from '@/api/types';
import { useLocale } from '@/app/locale';
import { FieldValue } from '@/fields/display';
import { IdName } from '@/fields/shared/record';
import { isEmpty } from '@/fields/value';
import { formatDateTime, formatRelative } from '@/lib/format';
import { Avatar } from '@/ui/bits';

const quiet = new Set([
  'version',
  'updatedAt',
  'updatedBy',
  'position',
  'createdAt',
  'createdBy',
  'deletedAt',
  // What follows from the activities, which stand in the timeline themselves.
  'lastActivityAt',
  'nextActivityAt',
  'stageChangedAt',
]);
const actorField: FieldMeta = { name: 'actorId', label: '', type: 'reference', references: 'user' };

type Line = { field: FieldMeta; before: Json; after: Json };

/** A change of a line of the deal stands in the deal's history, and speaks of the line. */
function aboutOf(meta: Meta, entity: EntityMeta, change: Change): EntityMeta {
  const isPart = entity.nested?.some((nested) => nested.entity === change.entity);
  return (isPart && change.entity && findEntity(meta, change.entity)) || entity;
}

function linesOf(about: EntityMeta, change: Change): Line[] {
  if (change.action === 'create') return [];
  return Object.entries(change.diff)
    .filter(([name]) => !quiet.has(name))
    .map(([name, [before, after]]) => ({
      field: findField(about, name) ?? { name, label: name, type: 'text' as const },
      before,
      after,
    }));
}

function Value({ field, value, struck }: { field: FieldMeta; value: Json; struck?: boolean }) {
  const { t } = useTranslation();
  if (isEmpty(value)) return <span className="text-faint italic">{t('timeline.empty_value')}</span>;
  return (
    <span className={struck ? 'min-w-0 truncate text-faint' : 'min-w-0 truncate'}>
      <FieldValue field={field} value={value} record={{}} dense={field.type !== 'boolean'} />
    </span>
  );
}

function Actor({ change }: { change: Change }) {
  const { t } = useTranslation();
  const { actor, actorId } = change;
  if (actor) {
    const name =
      [actor.firstName, actor.lastName].filter(Boolean).join(' ') || actor.email || t('timeline.someone');
    return (
      <span className="inline-flex items-center gap-1.5 font-medium">
        <Avatar name={name} />
        {name}
      </span>
    );
  }
  if (!actorId) return <span className="font-medium">{t('timeline.system')}</span>;
  return (
    <span className="font-medium">
      <IdName field={actorField} id={actorId} />
    </span>
  );
}

function useSentence(entity: EntityMeta, about: EntityMeta) {
  const { t } = useTranslation();
  const noun = about.label.toLowerCase();
  /** English has another article before a vowel; a language may have a sentence of its own for it. */
  const part = { entity: noun, context: /^[aeiou]/.test(noun) ? 'vowel' : undefined };
  const ofPart = (change: Change): string => {
    switch (change.action) {
      case 'create':
        return t('timeline.partCreate', part);
      case 'delete':
        return t('timeline.partDelete', part);
      default:
        return t('timeline.partUpdate', part);
    }
  };
  return (change: Change, lines: Line[]): string => {
    if (about !== entity) return ofPart(change);
    switch (change.action) {
      case 'create':
        return t('timeline.create', { entity: noun });
      case 'delete':
        return t('timeline.delete', { entity: noun });
      case 'restore':
        return t('timeline.restore', { entity: noun });
      case 'update':
        return lines.length > 2
          ? t('timeline.updateMany', { count: lines.length })
          : t('timeline.update', { fields: lines.map((line) => line.field.label.toLowerCase()).join(', ') });
      default:
        return t(`timeline.step.${change.action}`, {
          entity: noun,
          defaultValue: t('timeline.other', { action: change.action.replaceAll('_', ' ') }),
        });
    }
  };
}

export function ChangeEntry({ entity, change }: { entity: EntityMeta; change: Change }) {
  const locale = useLocale();
  const about = aboutOf(useMeta(), entity, change);
  const sentence = useSentence(entity, about);
  const lines = linesOf(about, change);
  return (
    <li className="relative pb-5 pl-9 last:pb-1">
      <span aria-hidden className="absolute top-6 bottom-0 left-[11px] w-px bg-line" />
      <span
        aria-hidden
        className="absolute top-[8px] left-[7px] size-[9px] rounded-full bg-surface ring-2 ring-line-strong"
      />
      <div className="flex min-h-6 flex-wrap items-center gap-x-1.5">
        <Actor change={change} />
        <span className="text-muted">{sentence(change, lines)}</span>
        <time dateTime={change.at} title={formatDateTime(change.at, locale)} className="text-faint text-xs">
          {formatRelative(change.at, locale)}
        </time>
      </div>
      {lines.length > 0 && (
        <dl className="mt-1.5 flex flex-col gap-1 rounded-lg bg-subtle px-3 py-2">
          {lines.map((line) => (
            <div key={line.field.name} className="flex min-w-0 flex-wrap items-center gap-x-2 sm:flex-nowrap">
              <dt className="w-32 shrink-0 truncate text-muted text-xs">{line.field.label}</dt>
              <dd className="flex min-w-0 items-center gap-2">
                <Value field={line.field} value={line.before} struck />
                <ArrowRight size={12} aria-label="→" className="shrink-0 text-faint" />
                <Value field={line.field} value={line.after} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </li>
  );
}
