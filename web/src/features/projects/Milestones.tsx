/* SPDX-License-Identifier: Apache-2.0 */
/* The way of a project: its milestones with how far they are, what is to be done for each, and what it earns. */

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Check, ChevronRight, Flag, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { write } from '@/api/client';
import { findEntity, findField, may, useMeta } from '@/api/meta';
import { listQuery } from '@/api/records';
import type { EntityMeta, RecordData } from '@/api/types';
import { ErrorNotice } from '@/app/ErrorBoundary';
import { useLocale } from '@/app/locale';
import { amount, included, text } from '@/features/events/data';
import { Figures } from '@/features/events/Figures';
import '@/features/events/words';
import type { OwnListProps } from '@/features/panels';
import { QuickAdd } from '@/features/tasks/QuickAdd';
import { TaskRow } from '@/features/tasks/TaskRow';
import { inOrder, isOpen } from '@/features/tasks/tasks';
import { cn } from '@/lib/cn';
import { formatNumber, formatPercent } from '@/lib/format';
import { titleOf } from '@/lib/title';
import { todayIn } from '@/lib/zone';
import { EditableValue } from '@/records/list/EditableValue';
import { etagOf, putInLists } from '@/records/list/useCellSave';
import { AddForm } from '@/records/record/AddForm';
import { refreshRecords, tellError, useUndo } from '@/records/undo';
import { Avatar, EmptyState, Skeleton } from '@/ui/bits';
import { Button } from '@/ui/button';

const MOST = 200;
const asked = ['name', 'dueDate', 'amount'];

function useFinish(entity: EntityMeta) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const undo = useUndo();
  const name = (milestone: RecordData) => text(milestone, 'name');
  const finish = async (milestone: RecordData) => {
    const status = milestone['status'] === 'reached' ? 'open' : 'reached';
    putInLists(client, entity, milestone.id, (old) => ({ ...old, status }));
    try {
      const { changesetId } = await write(
        'PATCH',
        `${entity.path}/${milestone.id}`,
        { status },
        etagOf(milestone),
      );
      const said = status === 'reached' ? 'projects.reached' : 'projects.reopened';
      undo.offer(t(said, { name: name(milestone) }), changesetId);
    } catch (error) {
      putInLists(client, entity, milestone.id, (old) => ({ ...old, status: milestone['status'] ?? null }));
      tellError(error, t('projects.not', { name: name(milestone) }));
    }
    await refreshRecords(client);
  };
  const remove = async (milestone: RecordData) => {
    try {
      const { changesetId } = await write('DELETE', `${entity.path}/${milestone.id}`);
      undo.offer(t('projects.removed', { name: name(milestone) }), changesetId);
    } catch (error) {
      tellError(error);
    }
    await refreshRecords(client);
  };
  return { finish, remove };
}

function Progress({ of, done }: { of: number; done: boolean }) {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <span className="flex items-center gap-2">
      <span
        role="progressbar"
        aria-label={t('projects.progress')}
        aria-valuenow={of}
        aria-valuemin={0}
        aria-valuemax={100}
        className="h-1.5 w-16 overflow-hidden rounded-full bg-active md:w-24"
      >
        <span
          className={cn('block h-full rounded-full', done ? 'bg-good' : 'bg-accent')}
          style={{ width: `${of}%` }}
        />
      </span>
      <span className="w-9 text-right text-muted text-xs tabular-nums">{formatPercent(of, locale)}</span>
    </span>
  );
}

type RowProps = {
  project: RecordData;
  entity: EntityMeta;
  milestone: RecordData;
  tasks: RecordData[];
  today: string;
  mayAddTask: boolean;
  /** What is being worked on shows what is to be done for it. */
  isNext: boolean;
};

function Row({ project, entity, milestone, tasks, today, mayAddTask, isNext }: RowProps) {
  const { t } = useTranslation();
  const users = findEntity(useMeta(), 'user');
  const { finish, remove } = useFinish(entity);
  const status = text(milestone, 'status');
  const reached = status === 'reached';
  const [open, setOpen] = useState(isNext);
  const name = text(milestone, 'name');
  const mayEdit = may(entity, 'update') && !project['deletedAt'];
  const due = text(milestone, 'dueDate');
  const late = status === 'open' && due !== '' && due < today;
  const owner = included(milestone, 'owner');
  const ownerName = (users && owner && titleOf(users, owner)) || '';
  const left = tasks.filter(isOpen).length;
  const panel = `milestone-${milestone.id}`;
  return (
    <li className="group/row border-line border-b">
      <div className="grid grid-cols-[auto_auto_minmax(0,1fr)_auto] items-center gap-x-2 px-3 py-2 md:grid-cols-[auto_auto_minmax(0,1fr)_10rem_8.5rem_7rem_1.5rem_2rem] md:gap-x-3">
        <button
          type="button"
          aria-expanded={open}
          aria-controls={panel}
          aria-label={t('projects.tasksOf', { name })}
          onClick={() => setOpen(!open)}
          className="flex size-7 items-center justify-center rounded-md text-muted hover:bg-hover"
        >
          <ChevronRight size={14} aria-hidden className={open ? 'rotate-90' : ''} />
        </button>
        <button
          type="button"
          disabled={!mayEdit || status === 'cancelled'}
          aria-pressed={reached}
          aria-label={t('projects.finish', { name })}
          onClick={() => void finish(milestone)}
          className={cn(
            'flex size-5 items-center justify-center rounded border-[1.5px]',
            reached
              ? 'border-good bg-good text-surface'
              : 'border-line-strong text-transparent hover:border-good hover:text-good',
          )}
        >
          <Check size={12} strokeWidth={3} aria-hidden />
        </button>
        <div className="min-w-0">
          <EditableValue
            entity={entity}
            record={milestone}
            field={findField(entity, 'name')}
            editable={mayEdit}
            className={cn('font-medium', status !== 'open' && 'text-muted')}
          />
          <p className="text-faint text-xs md:hidden">{t('projects.left', { count: left })}</p>
        </div>
        <Progress of={amount(milestone, 'progress')} done={reached} />
        <EditableValue
          entity={entity}
          record={milestone}
          field={findField(entity, 'dueDate')}
          editable={mayEdit}
          empty={t('projects.noDue')}
          className={cn(
            'text-xs tabular-nums max-md:col-span-2 max-md:col-start-3',
            late ? 'font-medium text-danger' : 'text-muted',
          )}
        />
        <EditableValue
          entity={entity}
          record={milestone}
          field={findField(entity, 'amount')}
          editable={mayEdit}
          around={{ currency: project['currency'] }}
          className="max-md:hidden justify-end text-right"
        />
        <span className="flex max-md:hidden" title={ownerName}>
          {ownerName && <Avatar name={ownerName} />}
        </span>
        {mayEdit && may(entity, 'delete') ? (
          <Button
            size="iconSm"
            look="ghost"
            aria-label={t('projects.remove', { name })}
            onClick={() => void remove(milestone)}
            className="opacity-0 focus-visible:opacity-100 group-hover/row:opacity-100 max-md:hidden"
          >
            <Trash2 size={14} aria-hidden />
          </Button>
        ) : (
          <span className="max-md:hidden" />
        )}
      </div>
      {open && (
        <div id={panel} className="bg-subtle pb-1 md:pl-8">
          <ul aria-label={t('projects.tasksOf', { name })}>
            {inOrder(tasks).map((task) => (
              <TaskRow key={task.id} task={task} late={task['overdue'] === true} showWho />
            ))}
          </ul>
          {mayAddTask && <QuickAdd defaults={{ projectId: project.id, milestoneId: milestone.id }} folded />}
        </div>
      )}
    </li>
  );
}

function ProjectFigures({ project, milestones }: { project: RecordData; milestones: RecordData[] }) {
  const { t } = useTranslation();
  const known = (name: string) =>
    project[name] === null || project[name] === undefined ? null : amount(project, name);
  const sum = (of: RecordData[]) =>
    of.reduce((total, one) => total + Math.round(amount(one, 'amount') * 100), 0) / 100;
  const reached = milestones.filter((one) => one['status'] === 'reached');
  return (
    <Figures
      currency={text(project, 'currency')}
      figures={[
        { label: t('projects.budget'), value: known('budget') },
        { label: t('projects.ofMilestones'), value: sum(milestones) },
        { label: t('projects.earned'), value: sum(reached) },
        { label: t('projects.invoiced'), value: known('invoicedTotal') },
        { label: t('projects.paid'), value: known('paidTotal') },
      ]}
    />
  );
}

/** Hours that are estimated for what is still to be done. */
function Estimate({ tasks }: { tasks: RecordData[] }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const open = tasks.filter(isOpen);
  const minutes = open.reduce((sum, task) => sum + amount(task, 'estimateMinutes'), 0);
  return (
    <span className="text-muted text-xs">
      {t('tasks.openCount', { count: open.length })}
      {minutes > 0 && ` · ${t('projects.hours', { hours: formatNumber(minutes / 60, locale, 1) })}`}
    </span>
  );
}

function Body(props: {
  project: RecordData;
  entity: EntityMeta;
  milestones: RecordData[];
  tasks: RecordData[];
}) {
  const { t } = useTranslation();
  const locale = useLocale();
  const task = findEntity(useMeta(), 'task');
  const { project, entity, milestones, tasks } = props;
  const [adding, setAdding] = useState(false);
  const mayAdd = may(entity, 'create') && !project['deletedAt'];
  const mayAddTask = Boolean(task && may(task, 'create')) && !project['deletedAt'];
  const today = todayIn(locale.timeZone);
  const next = milestones.find((one) => one['status'] === 'open' && tasks.length > 0);
  const add = mayAdd && !adding && (
    <Button size="sm" look={milestones.length ? 'outline' : 'primary'} onClick={() => setAdding(true)}>
      <Plus size={14} aria-hidden />
      {t('projects.add')}
    </Button>
  );
  if (!milestones.length && !adding)
    return (
      <EmptyState
        icon={<Flag size={20} aria-hidden />}
        title={t('projects.none')}
        text={t('projects.noneText')}
      >
        {add}
      </EmptyState>
    );
  return (
    <>
      <ProjectFigures project={project} milestones={milestones} />
      <div className="flex min-h-10 shrink-0 items-center justify-between gap-3 border-line border-b px-4">
        <Estimate tasks={tasks} />
        {add}
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto pb-4">
        <ol aria-label={t('projects.list')}>
          {milestones.map((milestone) => (
            <Row
              key={milestone.id}
              project={project}
              entity={entity}
              milestone={milestone}
              tasks={tasks.filter((one) => one['milestoneId'] === milestone.id)}
              today={today}
              mayAddTask={mayAddTask}
              isNext={milestone === next}
            />
          ))}
        </ol>
        {adding && (
          <div className="p-4">
            <AddForm
              entity={entity}
              asked={asked}
              given={{ projectId: project.id, position: milestones.length }}
              around={project}
              label={t('projects.add')}
              submit={t('projects.put')}
              columns="sm:grid-cols-[minmax(0,2fr)_minmax(0,1fr)_minmax(0,1fr)]"
              onDone={() => setAdding(false)}
            />
          </div>
        )}
      </div>
    </>
  );
}

export default function Milestones({ record: project }: OwnListProps) {
  const meta = useMeta();
  const entity = findEntity(meta, 'milestone');
  const milestones = useQuery(
    listQuery(entity, `projectId=${project.id}&sort=position,dueDate&limit=${MOST}&include=owner`),
  );
  const tasks = useQuery(
    listQuery(findEntity(meta, 'task'), `projectId=${project.id}&sort=dueAt&limit=${MOST}&include=assignee`),
  );
  if (milestones.error && !milestones.data)
    return <ErrorNotice error={milestones.error} onRetry={() => void milestones.refetch()} />;
  if (!entity || !milestones.data || tasks.isPending)
    return (
      <div className="flex flex-col gap-4 p-4">
        {[0, 1, 2].map((row) => (
          <Skeleton key={row} className="h-8 w-full" />
        ))}
      </div>
    );
  return (
    <Body
      project={project}
      entity={entity}
      milestones={milestones.data.data}
      tasks={tasks.data?.data ?? []}
    />
  );
}
