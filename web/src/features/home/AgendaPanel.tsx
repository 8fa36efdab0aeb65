/* SPDX-License-Identifier: Apache-2.0 */
/* My tasks and meetings by day. A task is ticked off here; ticking again brings it back. */

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { CalendarClock, CircleCheck, ListChecks, Mail, Phone, StickyNote, Users } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { findEntity, useEntity, useMeta } from '@/api/meta';
import { listQuery, recordPath, updateRecord } from '@/api/records';
import { ErrorNotice } from '@/app/ErrorBoundary';
import { useLocale } from '@/app/locale';
import { formatDate, formatDateTime, formatTime } from '@/lib/format';
import { titleOf } from '@/lib/title';
import { todayIn } from '@/lib/zone';
import { EmptyState, Skeleton, Tag } from '@/ui/bits';
import { toast } from '@/ui/toast';
import { aboutOf, agendaOf, type Entry, meetingsSearch, tasksSearch } from './day';

const typeIcons = { call: Phone, meeting: Users, email: Mail, note: StickyNote } as const;

function EntryIcon({ entry }: { entry: Entry }) {
  const Icon = typeIcons[entry.record['type'] as keyof typeof typeIcons] ?? CalendarClock;
  return <Icon size={16} strokeWidth={1.75} aria-hidden className="mx-[3px] shrink-0 text-muted" />;
}

function Tick({ entry, title }: { entry: Entry; title: string }) {
  const { t } = useTranslation();
  const entity = useEntity('task');
  const client = useQueryClient();
  const [done, setDone] = useState(false);
  const before = String(entry.record['status']);
  const write = useMutation({
    mutationFn: (status: string) =>
      entity ? updateRecord(entity, entry.record.id, { status }, null) : Promise.reject(new Error()),
    onError: (error) => {
      setDone((now) => !now);
      toast.bad(error.message || t('error.unknown'));
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['list', 'activity'] }),
  });
  const set = (to: boolean) => {
    setDone(to);
    write.mutate(to ? 'done' : before);
  };
  return (
    <button
      type="button"
      aria-pressed={done}
      aria-label={t('home.done', { title })}
      onClick={() => set(!done)}
      className="-m-1 inline-flex size-8 shrink-0 items-center justify-center rounded-md text-faint hover:bg-hover hover:text-good"
    >
      {done ? (
        <CircleCheck size={18} aria-hidden className="text-good" />
      ) : (
        <span aria-hidden className="size-4 rounded-full border-[1.5px] border-current" />
      )}
    </button>
  );
}

function When({ entry, late, today }: { entry: Entry; late: boolean; today: boolean }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const text = today
    ? entry.allDay
      ? t('home.allDay')
      : formatTime(entry.at, locale)
    : entry.allDay
      ? formatDate(entry.at, locale)
      : formatDateTime(entry.at, locale);
  return (
    <time
      dateTime={entry.at}
      className={`shrink-0 text-xs tabular-nums ${late ? 'font-medium text-danger' : 'text-muted'}`}
    >
      {text}
    </time>
  );
}

function Row({ entry, late, today }: { entry: Entry; late: boolean; today: boolean }) {
  const { t } = useTranslation();
  const meta = useMeta();
  const entity = findEntity(meta, entry.kind);
  const about = aboutOf(entry.record);
  const aboutEntity = about && findEntity(meta, about.entity);
  if (!entity) return null;
  const title = titleOf(entity, entry.record) || entity.label;
  const priority = entry.record['priority'];
  return (
    <li className="flex min-h-11 items-center gap-3 px-4 py-1.5 hover:bg-hover">
      {entry.kind === 'task' ? <Tick entry={entry} title={title} /> : <EntryIcon entry={entry} />}
      <span className="min-w-0 flex-1">
        <span className="flex min-w-0 items-center gap-2">
          <Link
            to={recordPath(entity, entry.record.id)}
            className="truncate rounded-sm font-medium hover:text-accent"
          >
            {title}
          </Link>
          {(priority === 'urgent' || priority === 'high') && (
            <Tag tone={priority === 'urgent' ? 'red' : 'orange'}>{t(`home.${priority}`)}</Tag>
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
      <When entry={entry} late={late} today={today} />
    </li>
  );
}

type Part = 'overdue' | 'today' | 'upcoming';
const parts: Part[] = ['overdue', 'today', 'upcoming'];

export function AgendaPanel() {
  const { t } = useTranslation();
  const locale = useLocale();
  const today = todayIn(locale.timeZone);
  const tasks = useQuery(listQuery(useEntity('task'), tasksSearch(today)));
  const meetings = useQuery(listQuery(useEntity('activity'), meetingsSearch(today)));
  const error = tasks.error ?? meetings.error;
  if (error) return <ErrorNotice error={error} onRetry={() => void tasks.refetch()} />;
  if (!tasks.data || !meetings.data) {
    return (
      <div className="flex flex-col gap-5 rounded-xl bg-surface p-5 shadow-panel">
        {[0, 1, 2, 3, 4, 5].map((row) => (
          <Skeleton key={row} className="h-4 w-full" />
        ))}
      </div>
    );
  }
  const agenda = agendaOf(tasks.data.data, meetings.data.data, today, new Date().toISOString(), (at) =>
    todayIn(locale.timeZone, new Date(at)),
  );
  const filled = parts.filter((part) => agenda[part].length || part === 'today');
  if (parts.every((part) => !agenda[part].length)) {
    return (
      <section className="rounded-xl bg-surface shadow-panel">
        <EmptyState
          icon={<ListChecks size={20} aria-hidden />}
          title={t('home.clear')}
          text={t('home.clearText')}
        />
      </section>
    );
  }
  return (
    <div className="flex min-w-0 flex-col gap-4">
      {filled.map((part) => (
        <section
          key={part}
          aria-labelledby={`home-${part}`}
          className="min-w-0 rounded-xl bg-surface pb-2 shadow-panel"
        >
          <header className="flex items-center gap-2 px-4 pt-3.5 pb-1.5">
            <h2
              id={`home-${part}`}
              className={`font-semibold text-sm ${part === 'overdue' ? 'text-danger' : ''}`}
            >
              {t(`home.${part}`)}
            </h2>
            <span className="text-faint text-xs tabular-nums">{agenda[part].length || ''}</span>
          </header>
          {agenda[part].length ? (
            <ul>
              {agenda[part].map((entry) => (
                <Row key={entry.record.id} entry={entry} late={part === 'overdue'} today={part === 'today'} />
              ))}
            </ul>
          ) : (
            <p className="px-4 pb-2 text-muted text-sm">{t('home.todayNone')}</p>
          )}
        </section>
      ))}
    </div>
  );
}
