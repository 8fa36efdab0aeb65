/* SPDX-License-Identifier: Apache-2.0 */
/* How the work is going: what is late, what comes, who has how much of it, and how far projects are. */

import { useQuery } from '@tanstack/react-query';
import { ListChecks, Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { findEntity, may, useMeta } from '@/api/meta';
import { useLocale } from '@/app/locale';
import { creating } from '@/app/stores';
import { formatDate } from '@/lib/format';
import { EmptyState } from '@/ui/bits';
import { Button } from '@/ui/button';
import { ChartCard, Tiles } from './Card';
import { filterTo, listTo } from './chart';
import { type ProjectLoad, reportQuery, type TaskLoad } from './data';
import { Panel } from './Panel';
import { Beside, Report, type TabProps, Two, useFormats } from './parts';
import { period } from './range';

const OPEN = 'todo,in_progress,waiting';

function Totals({ report }: { report: TaskLoad }) {
  const { t } = useTranslation();
  const { number, locale } = useFormats();
  const list = (filter: string | null) => filterTo('tasks', filter) ?? '/tasks';
  return (
    <Tiles
      figures={[
        {
          label: t('overview.tasksOpen'),
          value: number(report.open),
          hint: t('overview.tasksOpenHint'),
          to: list(report.filter),
        },
        {
          label: t('overview.overdue'),
          value: number(report.overdue),
          hint: t('overview.overdueHint'),
          to: list(report.overdueFilter),
          bad: report.overdue > 0,
        },
        {
          label: t('overview.dueThisWeek'),
          value: number(report.dueThisWeek),
          hint: t('overview.dueThisWeekHint'),
          to: list(report.dueThisWeekFilter),
        },
        {
          label: t('overview.done'),
          value: number(report.done),
          hint: t('overview.span', {
            from: formatDate(report.from, locale),
            to: formatDate(report.to, locale),
          }),
          to: list(report.doneFilter),
        },
      ]}
    />
  );
}

function ByAssignee({ report }: { report: TaskLoad }) {
  const { t } = useTranslation();
  const { number } = useFormats();
  return (
    <ChartCard
      title={t('overview.load')}
      look="bars"
      none={t('overview.noneTasks')}
      chart={{
        first: t('overview.assignee'),
        series: [
          { label: t('overview.overdue'), tone: 'bad' },
          { label: t('overview.dueThisWeek'), tone: 'third' },
          { label: t('overview.later'), tone: 'second' },
        ],
        format: number,
        rows: report.byAssignee
          .filter(({ open }) => open > 0)
          .map((row) => ({
            key: row.assigneeId ?? '',
            label: row.assignee ?? t('overview.nobody'),
            values: [row.overdue, row.dueThisWeek, row.open - row.overdue - row.dueThisWeek],
            to: filterTo('tasks', row.filter),
            links: [
              filterTo('tasks', row.overdueFilter),
              filterTo('tasks', row.dueThisWeekFilter),
              filterTo('tasks', row.filter),
            ],
          })),
      }}
    />
  );
}

function DoneBy({ report }: { report: TaskLoad }) {
  const { t } = useTranslation();
  const { number } = useFormats();
  return (
    <ChartCard
      title={t('overview.doneBy')}
      look="bars"
      none={t('overview.noneDone')}
      chart={{
        first: t('overview.assignee'),
        series: [{ label: t('overview.done'), tone: 'first' }],
        format: number,
        rows: report.byAssignee
          .filter(({ done }) => done > 0)
          .sort((a, b) => b.done - a.done)
          .map((row) => ({
            key: row.assigneeId ?? '',
            label: row.assignee ?? t('overview.nobody'),
            values: [row.done],
            to: filterTo('tasks', row.doneFilter),
          })),
      }}
    />
  );
}

function Projects({ report }: { report: ProjectLoad }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { number } = useFormats();
  if (report.byProject.length === 0) return null;
  return (
    <Panel title={t('overview.projects')}>
      <table className="w-full">
        <thead>
          <tr className="text-left text-muted text-xs">
            {[t('overview.project'), t('overview.progress'), t('overview.dueDate')].map((head, i) => (
              <th key={head} scope="col" className={`h-7 font-medium ${i > 0 ? 'max-sm:hidden' : ''}`}>
                {head}
              </th>
            ))}
            {[t('overview.tasksOpen'), t('overview.overdue')].map((head) => (
              <th key={head} scope="col" className="h-7 pl-3 text-right font-medium">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {report.byProject.map((project) => (
            <tr key={project.projectId} className="border-line border-t">
              <td className="w-1/2 max-w-0 py-2 pr-4 sm:w-2/5">
                <Link
                  to={`/projects/${project.projectId}`}
                  className="block truncate rounded-sm font-medium hover:text-accent"
                >
                  {project.project}
                </Link>
                <span className="block truncate text-faint text-xs">{project.owner}</span>
              </td>
              <td className="py-2 pr-4 max-sm:hidden">
                <span className="flex items-center gap-2">
                  <span
                    aria-hidden
                    className="h-1.5 w-24 overflow-hidden rounded-full bg-hover max-sm:hidden"
                  >
                    <span
                      className="block h-full rounded-full bg-chart-1"
                      style={{ width: `${project.progress ?? 0}%` }}
                    />
                  </span>
                  <span className="text-xs tabular-nums">
                    {t('overview.percent', { value: number(project.progress ?? 0) })}
                  </span>
                </span>
              </td>
              <td
                className={`whitespace-nowrap py-2 tabular-nums max-sm:hidden ${project.late ? 'font-medium text-danger' : 'text-muted'}`}
              >
                {project.dueDate && formatDate(project.dueDate, locale)}
              </td>
              <td className="py-2 text-right tabular-nums">
                <Link
                  to={listTo('tasks', { projectId: project.projectId, 'status[in]': OPEN })}
                  className="rounded-sm hover:text-accent"
                >
                  {number(project.open)}
                </Link>
              </td>
              <td className="py-2 text-right tabular-nums">
                <Link
                  to={listTo('tasks', { projectId: project.projectId, overdue: 'true' })}
                  className={`rounded-sm hover:text-accent ${project.overdue ? 'font-medium text-danger' : ''}`}
                >
                  {number(project.overdue)}
                </Link>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

export function ProjectsTab({ range, ownerId }: TabProps) {
  const { t } = useTranslation();
  const project = findEntity(useMeta(), 'project');
  const load = useQuery(reportQuery('task-load', { ...period(range), assigneeId: ownerId }));
  const projects = useQuery({
    ...reportQuery('project-load', { assigneeId: ownerId }),
    enabled: project !== undefined && may(project, 'read'),
  });
  return (
    <Report of={load}>
      {(report) =>
        report.open + report.done === 0 && !projects.data?.byProject.length ? (
          <EmptyState
            icon={<ListChecks size={20} aria-hidden />}
            title={t('overview.noneTasks')}
            text={t('overview.noneTasksText')}
          >
            <Button look="primary" onClick={() => creating.set({ entity: 'task', defaults: {} })}>
              <Plus size={14} aria-hidden />
              {t('palette.new', { entity: 'task' })}
            </Button>
          </EmptyState>
        ) : (
          <>
            <Totals report={report} />
            <Two>
              <ByAssignee report={report} />
              <DoneBy report={report} />
            </Two>
            <Beside of={projects}>{(data) => <Projects report={data} />}</Beside>
          </>
        )
      }
    </Report>
  );
}
