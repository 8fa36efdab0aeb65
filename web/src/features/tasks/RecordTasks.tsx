/* SPDX-License-Identifier: Apache-2.0 */
/* The tasks of an event or a project: ticked off, added in a line, and grouped as one likes to see them. */

import { useQuery } from '@tanstack/react-query';
import { ArrowUpRight, ListChecks } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { findEntity, findField, may, slugOf, useMeta } from '@/api/meta';
import { listQuery } from '@/api/records';
import type { EntityMeta, RecordData } from '@/api/types';
import { ErrorNotice } from '@/app/ErrorBoundary';
import '@/features/events/words';
import type { OwnListProps } from '@/features/panels';
import { titleOf } from '@/lib/title';
import { EmptyState, Skeleton } from '@/ui/bits';
import { buttonClass } from '@/ui/button';
import { Segments } from '@/ui/segments';
import { QuickAdd } from './QuickAdd';
import { TaskRow } from './TaskRow';
import { type Group, groupBy, isOpen } from './tasks';

const MOST = 200;
type Way = 'milestoneId' | 'status';

function useGroups(tasks: RecordData[], entity: EntityMeta, way: Way, milestones: RecordData[]) {
  const { t } = useTranslation();
  const meta = useMeta();
  const milestone = findEntity(meta, 'milestone');
  const options = findField(entity, 'status')?.options ?? [];
  const names = new Map<string, string>(
    way === 'status'
      ? options.map((one) => [one.key, one.label])
      : milestones.map((one) => [one.id, milestone ? titleOf(milestone, one) : '']),
  );
  const groups = groupBy(tasks, way, [...names.keys()]).filter((group) => group.tasks.length > 0);
  const label = (group: Group) => names.get(group.key) ?? t('tasks.noMilestone');
  return { groups, label };
}

function Groups(props: { tasks: RecordData[]; entity: EntityMeta; way: Way; milestones: RecordData[] }) {
  const { groups, label } = useGroups(props.tasks, props.entity, props.way, props.milestones);
  return groups.map((group) => (
    <section key={group.key} aria-label={label(group)}>
      <h2 className="flex items-center gap-2 border-line border-b bg-subtle px-4 py-1.5 font-medium text-muted text-xs">
        {label(group)}
        <span className="text-faint tabular-nums">{group.tasks.filter(isOpen).length || ''}</span>
      </h2>
      <ul>
        {group.tasks.map((task) => (
          <TaskRow key={task.id} task={task} late={task['overdue'] === true} showWho />
        ))}
      </ul>
    </section>
  ));
}

export default function RecordTasks({ related, record }: OwnListProps) {
  const { t } = useTranslation();
  const meta = useMeta();
  const { entity, field } = related;
  const milestone = findEntity(meta, 'milestone');
  const isProject = field.name === 'projectId';
  const [way, setWay] = useState<Way>(isProject ? 'milestoneId' : 'status');
  const search = `${field.name}=${record.id}&sort=dueAt&limit=${MOST}&include=assignee`;
  const tasks = useQuery(listQuery(entity, search));
  const milestones = useQuery(
    listQuery(isProject ? milestone : undefined, `projectId=${record.id}&sort=position&limit=${MOST}`),
  );
  if (tasks.error && !tasks.data)
    return <ErrorNotice error={tasks.error} onRetry={() => void tasks.refetch()} />;
  const mayAdd = may(entity, 'create') && !record['deletedAt'];
  const rows = tasks.data?.data;
  const open = rows?.filter(isOpen).length ?? 0;
  return (
    <>
      <div className="flex min-h-10 shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-line border-b px-4 py-1">
        {isProject ? (
          <Segments
            label={t('tasks.groupBy')}
            value={way}
            onChange={setWay}
            options={[
              { value: 'milestoneId', label: t('tasks.byMilestone') },
              { value: 'status', label: t('tasks.byStatus') },
            ]}
          />
        ) : (
          <span className="text-muted text-xs">{rows && t('tasks.openCount', { count: open })}</span>
        )}
        <Link
          to={`/${slugOf(entity)}?${field.name}=${record.id}`}
          className={`${buttonClass('ghost', 'sm')} ml-auto`}
        >
          {t('record.more')}
          <ArrowUpRight size={14} aria-hidden />
        </Link>
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto pb-4">
        {mayAdd && <QuickAdd defaults={{ [field.name]: record.id }} />}
        {!rows ? (
          <div className="flex flex-col gap-4 p-4">
            {[0, 1, 2].map((row) => (
              <Skeleton key={row} className="h-7 w-full" />
            ))}
          </div>
        ) : rows.length === 0 ? (
          <EmptyState
            icon={<ListChecks size={20} aria-hidden />}
            title={t('tasks.none')}
            text={t('tasks.noneText')}
          />
        ) : (
          <Groups tasks={rows} entity={entity} way={way} milestones={milestones.data?.data ?? []} />
        )}
      </div>
    </>
  );
}
