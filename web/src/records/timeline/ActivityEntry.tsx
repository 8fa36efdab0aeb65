/* SPDX-License-Identifier: Apache-2.0 */
/* A note, a call, a meeting or an e-mail as it stands in a timeline. */

import { CalendarCheck, Mail, Phone, StickyNote, Users } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { findEntity, findField, useMeta } from '@/api/meta';
import { recordPath } from '@/api/records';
import type { EntityMeta, RecordData } from '@/api/types';
import { useLocale } from '@/app/locale';
import { FieldValue } from '@/fields/display';
import { IdName } from '@/fields/shared/record';
import { isEmpty } from '@/fields/value';
import { formatDateTime, formatRelative } from '@/lib/format';
import { activityAt } from './streams';

const icons: Record<string, typeof Phone> = { note: StickyNote, call: Phone, meeting: Users, email: Mail };

export function TypeIcon({ type, size = 14 }: { type: string; size?: number }) {
  const Icon = icons[type] ?? CalendarCheck;
  return <Icon size={size} aria-hidden />;
}

/** What the activity is about besides the record on the page. */
const others = ['contactId', 'companyId', 'dealId', 'leadId', 'eventId', 'projectId'];

export function ActivityEntry({ entity, activity }: { entity: EntityMeta; activity: RecordData }) {
  const { t } = useTranslation();
  const meta = useMeta();
  const locale = useLocale();
  const about = findEntity(meta, 'activity');
  if (!about) return null;
  const type = String(activity['type']);
  const at = activityAt(activity);
  const owner = findField(about, 'ownerId');
  const subject = activity['subject'];
  const body = activity['body'];
  const facts = ['outcome', 'location', 'status']
    .filter((name) => name !== 'status' || activity['status'] === 'cancelled')
    .flatMap((name) => findField(about, name) ?? [])
    .filter((field) => !isEmpty(activity[field.name]));
  const links = others
    .flatMap((name) => findField(about, name) ?? [])
    .filter((field) => field.references !== entity.name && !isEmpty(activity[field.name]));
  return (
    <li className="relative pb-5 pl-9 last:pb-1">
      <span aria-hidden className="absolute top-7 bottom-0 left-[11px] w-px bg-line" />
      <span
        aria-hidden
        className="absolute top-0 left-0 flex size-6 items-center justify-center rounded-full bg-accent-soft text-accent-strong"
      >
        <TypeIcon type={type} size={12} />
      </span>
      <div className="flex min-h-6 flex-wrap items-center gap-x-1.5">
        {owner && activity['ownerId'] && (
          <span className="font-medium">
            <IdName field={owner} id={String(activity['ownerId'])} />
          </span>
        )}
        <span className="text-muted">
          {t(`timeline.activity.${type}`, { defaultValue: t('timeline.activity.other') })}
        </span>
        <time dateTime={at} title={formatDateTime(at, locale)} className="text-faint text-xs">
          {formatRelative(at, locale)}
        </time>
      </div>
      <div className="mt-1 rounded-lg border border-line px-3 py-2">
        {typeof subject === 'string' && subject && (
          <Link to={recordPath(about, activity.id)} className="font-medium hover:text-accent">
            {subject}
          </Link>
        )}
        {typeof body === 'string' && body && (
          <p className="whitespace-pre-line break-words text-text">{body}</p>
        )}
        {!subject && (
          <Link to={recordPath(about, activity.id)} className="text-muted text-xs hover:text-accent">
            {t('timeline.openActivity')}
          </Link>
        )}
        {(facts.length > 0 || links.length > 0) && (
          <div className="mt-1.5 flex flex-wrap items-center gap-x-3 gap-y-1 text-muted text-xs">
            {facts.map((field) => (
              <FieldValue
                key={field.name}
                field={field}
                value={activity[field.name]}
                record={activity}
                dense
              />
            ))}
            {links.map((field) => (
              <FieldValue
                key={field.name}
                field={field}
                value={activity[field.name]}
                record={activity}
                dense
              />
            ))}
          </div>
        )}
      </div>
    </li>
  );
}
