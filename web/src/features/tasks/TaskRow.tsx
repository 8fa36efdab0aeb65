/* SPDX-License-Identifier: Apache-2.0 */
/* One task in a list that is worked through: tick, title, what it is about, who does it, when it is due. */

import { Check } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { findEntity, may, useMeta } from '@/api/meta';
import { recordPath } from '@/api/records';
import type { RecordData } from '@/api/types';
import { useLocale } from '@/app/locale';
import { aboutOf } from '@/features/home/day';
import { cn } from '@/lib/cn';
import { formatDate, formatDateTime } from '@/lib/format';
import { titleOf } from '@/lib/title';
import { toWallClock } from '@/lib/zone';
import { Avatar, Tag } from '@/ui/bits';
import { isOpen } from './tasks';
import { useTick } from './useTick';

type Props = {
  task: RecordData;
  late?: boolean;
  /** Whose page it stands on needs no telling. */
  showAbout?: boolean;
  showWho?: boolean;
};

export function Due({ task, late }: { task: RecordData; late: boolean }) {
  const locale = useLocale();
  const at = task['dueAt'];
  if (typeof at !== 'string' || !at) return null;
  const words =
    task['allDay'] === false
      ? formatDateTime(at, locale)
      : formatDate(toWallClock(at, locale.timeZone), locale);
  return (
    <time
      dateTime={at}
      className={cn('shrink-0 text-xs tabular-nums', late ? 'font-medium text-danger' : 'text-muted')}
    >
      {words}
    </time>
  );
}

export function TaskRow({ task, late = false, showAbout = false, showWho = false }: Props) {
  const { t } = useTranslation();
  const meta = useMeta();
  const tick = useTick();
  const entity = findEntity(meta, 'task');
  const users = findEntity(meta, 'user');
  const about = showAbout ? aboutOf(task) : null;
  const aboutEntity = about && findEntity(meta, about.entity);
  if (!entity) return null;
  const title = titleOf(entity, task) || entity.label;
  const done = task['status'] === 'done';
  const over = !isOpen(task);
  const priority = task['priority'];
  const who = task['assignee'];
  const name = users && who && typeof who === 'object' && !Array.isArray(who) ? titleOf(users, who) : '';
  return (
    <li className="flex min-h-10 items-center gap-2.5 px-4 py-1.5 hover:bg-hover">
      <button
        type="button"
        disabled={!may(entity, 'update') || task['status'] === 'cancelled'}
        aria-pressed={done}
        aria-label={t('tasks.tick', { title })}
        onClick={() => void tick(task)}
        className="-m-1.5 flex size-8 shrink-0 items-center justify-center rounded-md"
      >
        <span
          className={cn(
            'flex size-4.5 items-center justify-center rounded-full border-[1.5px]',
            done
              ? 'border-good bg-good text-surface'
              : 'border-line-strong text-transparent hover:border-good hover:text-good',
          )}
        >
          <Check size={11} strokeWidth={3} aria-hidden />
        </span>
      </button>
      <span className="min-w-0 flex-1">
        <span className="flex min-w-0 items-center gap-2">
          <Link
            to={recordPath(entity, task.id)}
            className={cn(
              'truncate rounded-sm hover:text-accent',
              over ? 'text-muted line-through' : 'font-medium',
            )}
          >
            {title}
          </Link>
          {!over && (priority === 'urgent' || priority === 'high') && (
            <Tag tone={priority === 'urgent' ? 'red' : 'orange'}>{t(`tasks.${priority}`)}</Tag>
          )}
          {!over && task['status'] !== 'todo' && (
            <Tag tone={task['status'] === 'waiting' ? 'amber' : 'blue'}>
              {t(task['status'] === 'waiting' ? 'tasks.waiting' : 'tasks.begun')}
            </Tag>
          )}
        </span>
        {about && aboutEntity && (
          <Link
            to={recordPath(aboutEntity, about.record.id)}
            className="block w-fit max-w-full truncate rounded-sm text-faint text-xs hover:text-accent"
          >
            {titleOf(aboutEntity, about.record)}
          </Link>
        )}
      </span>
      <Due task={task} late={late && !over} />
      {showWho && name && (
        <span className="flex shrink-0" title={name}>
          <Avatar name={name} />
          <span className="sr-only">{name}</span>
        </span>
      )}
    </li>
  );
}
