/* SPDX-License-Identifier: Apache-2.0 */
/* A change of the record in words, with its before → after. */

import { useTranslation } from 'react-i18next';
import { findEntity, useMeta } from '@/api/meta';
import type { Change, EntityMeta, FieldMeta, Meta, RecordData } from '@/api/types';
import { useLocale } from '@/app/locale';
import { IdName } from '@/fields/shared/record';
import { formatDateTime, formatRelative } from '@/lib/format';
import { Avatar } from '@/ui/bits';
import { DiffLines } from './DiffLines';
import { type Line, linesOf } from './diff';

const actorField: FieldMeta = { name: 'actorId', label: '', type: 'reference', references: 'user' };

/** A change of a line of the deal stands in the deal's history, and speaks of the line. */
function aboutOf(meta: Meta, entity: EntityMeta, change: Change): EntityMeta {
  const isPart = entity.nested?.some((nested) => nested.entity === change.entity);
  return (isPart && change.entity && findEntity(meta, change.entity)) || entity;
}

export function Actor({ change }: { change: Change }) {
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

export function ChangeEntry(props: { entity: EntityMeta; change: Change; record: RecordData }) {
  const { entity, change, record } = props;
  const locale = useLocale();
  const about = aboutOf(useMeta(), entity, change);
  const sentence = useSentence(entity, about);
  const lines = change.action === 'create' ? [] : linesOf(about, change.diff);
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
      {lines.length > 0 && <DiffLines lines={lines} record={about === entity ? record : {}} />}
    </li>
  );
}
