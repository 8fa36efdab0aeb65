/* SPDX-License-Identifier: Apache-2.0 */
/* My tasks: what is late, what is for today, for this week and for later; ticked off, added in a line, by project. */

import { useQuery } from '@tanstack/react-query';
import { ListChecks, SquareCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { findEntity, may, useMeta } from '@/api/meta';
import { listQuery } from '@/api/records';
import type { RecordData } from '@/api/types';
import { ErrorNotice } from '@/app/ErrorBoundary';
import { useLocale } from '@/app/locale';
import { PageHead } from '@/app/PageHead';
import '@/features/events/words';
import { cn } from '@/lib/cn';
import { titleOf } from '@/lib/title';
import { todayIn } from '@/lib/zone';
import { weekStart } from '@/records/calendar/days';
import { EmptyState, Skeleton } from '@/ui/bits';
import { Button } from '@/ui/button';
import { inputClass } from '@/ui/input';
import { QuickAdd } from './QuickAdd';
import { TaskRow } from './TaskRow';
import { byWhen, endOfWeek, type Now, open, whens } from './tasks';

const MOST = 200;
const INCLUDE = 'company,contact,deal,event,project,lead';

function useNow(): Now {
  const locale = useLocale();
  const { timeZone } = locale;
  const today = todayIn(timeZone);
  return {
    moment: new Date().toISOString(),
    today,
    week: endOfWeek(today, weekStart(locale)),
    dayOf: (at) => todayIn(timeZone, new Date(at)),
  };
}

/** Projects that the tasks at hand belong to, by name. */
function projectsOf(tasks: RecordData[]): { id: string; name: string }[] {
  const found = new Map<string, string>();
  for (const task of tasks) {
    const project = task['project'];
    if (project && typeof project === 'object' && !Array.isArray(project))
      found.set(String(project['id']), String(project['name'] ?? ''));
  }
  return [...found].map(([id, name]) => ({ id, name })).sort((a, b) => a.name.localeCompare(b.name));
}

function ProjectFilter(props: { tasks: RecordData[]; project: string; onChange: (id: string) => void }) {
  const { t } = useTranslation();
  const meta = useMeta();
  const entity = findEntity(meta, 'project');
  const { tasks, project, onChange } = props;
  const known = projectsOf(tasks);
  const asked = useQuery(
    listQuery(
      project && !known.some((one) => one.id === project) ? entity : undefined,
      `id=${project}&limit=1`,
    ),
  );
  const other = asked.data?.data[0];
  const all = other && entity ? [...known, { id: other.id, name: titleOf(entity, other) }] : known;
  if (!entity || !all.length) return null;
  return (
    <select
      aria-label={t('tasks.project')}
      value={project}
      onChange={(event) => onChange(event.target.value)}
      className={cn(inputClass, 'h-8 w-40 md:w-56')}
    >
      <option value="">{t('tasks.allProjects')}</option>
      {all.map((one) => (
        <option key={one.id} value={one.id}>
          {one.name}
        </option>
      ))}
    </select>
  );
}

function Groups({ tasks, now }: { tasks: RecordData[]; now: Now }) {
  const { t } = useTranslation();
  const groups = byWhen(tasks, now);
  return whens
    .filter((when) => groups[when].length > 0)
    .map((when) => (
      <section
        key={when}
        aria-labelledby={`tasks-${when}`}
        className="rounded-xl bg-surface pb-1.5 shadow-panel"
      >
        <h2
          id={`tasks-${when}`}
          className={cn(
            'flex items-center gap-2 px-4 pt-3 pb-1 font-semibold text-sm',
            when === 'overdue' && 'text-danger',
          )}
        >
          {t(`tasks.when.${when}`)}
          <span className="font-normal text-faint text-xs tabular-nums">{groups[when].length}</span>
        </h2>
        <ul>
          {groups[when].map((task) => (
            <TaskRow key={task.id} task={task} late={when === 'overdue'} showAbout />
          ))}
        </ul>
      </section>
    ));
}

export function MyTasks() {
  const { t } = useTranslation();
  const meta = useMeta();
  const now = useNow();
  const entity = findEntity(meta, 'task');
  const [params, setParams] = useSearchParams();
  const project = params.get('project') ?? '';
  const search = (only: string) =>
    `assigneeId=me&status[in]=${open.join(',')}${only ? `&projectId=${only}` : ''}&sort=dueAt&limit=${MOST}&include=${INCLUDE}`;
  const tasks = useQuery(listQuery(entity, search(project)));
  const all = useQuery(listQuery(project ? entity : undefined, search('')));
  const rows = tasks.data?.data;
  const choose = (id: string) => setParams(id ? { project: id } : {}, { replace: true });
  const mayAdd = entity !== undefined && may(entity, 'create');
  const defaults = { assigneeId: meta.user.id, ...(project ? { projectId: project } : {}) };
  const total = tasks.data?.pagination.total ?? 0;
  return (
    <>
      <PageHead
        name={t('nav.myTasks')}
        icon={<SquareCheck size={16} aria-hidden />}
        title={<h1 className="truncate font-semibold text-base">{t('nav.myTasks')}</h1>}
      >
        <ProjectFilter tasks={all.data?.data ?? rows ?? []} project={project} onChange={choose} />
      </PageHead>
      <div className="min-h-0 flex-1 overflow-y-auto bg-canvas">
        <div className="mx-auto flex w-full max-w-3xl flex-col gap-4 p-3 md:p-6">
          {mayAdd && (
            <div className="rounded-xl bg-surface py-1 shadow-panel">
              <QuickAdd defaults={defaults} day={now.today} />
            </div>
          )}
          {tasks.error && !rows ? (
            <ErrorNotice error={tasks.error} onRetry={() => void tasks.refetch()} />
          ) : !rows ? (
            [0, 1, 2, 3].map((row) => <Skeleton key={row} className="h-9 w-full" />)
          ) : rows.length === 0 ? (
            <section className="rounded-xl bg-surface shadow-panel">
              <EmptyState
                icon={<ListChecks size={20} aria-hidden />}
                title={t(project ? 'tasks.clearProject' : 'tasks.clear')}
                text={t('tasks.clearText')}
              >
                {project && (
                  <Button size="sm" onClick={() => choose('')}>
                    {t('tasks.allProjects')}
                  </Button>
                )}
              </EmptyState>
            </section>
          ) : (
            <Groups tasks={rows} now={now} />
          )}
          {rows && total > rows.length && (
            <p className="px-1 text-faint text-xs">{t('tasks.first', { count: rows.length })}</p>
          )}
        </div>
      </div>
    </>
  );
}
