/* SPDX-License-Identifier: Apache-2.0 */
/* The way of a lead: its stages with the days on which they were reached, and every step with a word about it. */

import { useQuery } from '@tanstack/react-query';
import { Check, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useMeta } from '@/api/meta';
import { useLocale } from '@/app/locale';
import { cn } from '@/lib/cn';
import { formatDateTime, formatRelative } from '@/lib/format';
import {
  historyQuery,
  type Lead,
  type Move,
  pathOfLead,
  peopleQuery,
  personName,
  reachedAt,
  type Stage,
  stagesQuery,
  usePartnerId,
} from './data';
import { Lines, Panel, useDay } from './parts';

const useHistory = (lead: Lead) => useQuery(historyQuery(lead.id, Number(lead['version'])));

const looks = {
  passed: 'bg-accent-soft text-accent-strong',
  open: 'bg-accent text-on-accent',
  won: 'bg-good text-surface',
  lost: 'bg-danger text-surface',
  ahead: 'bg-surface text-faint ring-1 ring-line-strong ring-inset',
} as const;

function Step({
  stage,
  look,
  here,
  on,
}: {
  stage: Stage;
  look: keyof typeof looks;
  here: boolean;
  on: string;
}) {
  const done = look === 'passed' || look === 'won';
  return (
    <li
      aria-current={here ? 'step' : undefined}
      className="relative flex min-w-0 flex-1 items-center gap-3 sm:flex-col sm:gap-1.5 sm:text-center sm:not-first:before:absolute sm:not-first:before:top-3 sm:not-first:before:right-[calc(50%+18px)] sm:not-first:before:left-[calc(-50%+14px)] sm:not-first:before:h-px sm:not-first:before:bg-line-strong"
    >
      <span
        aria-hidden
        className={cn('flex size-6 shrink-0 items-center justify-center rounded-full', looks[look])}
      >
        {done ? (
          <Check size={14} />
        ) : look === 'lost' ? (
          <X size={14} />
        ) : (
          <span className="size-1.5 rounded-full bg-current" />
        )}
      </span>
      <span className={cn('truncate', here ? 'font-semibold' : look === 'ahead' && 'text-muted')}>
        {stage.name}
      </span>
      <span className="min-h-4 text-faint text-xs tabular-nums max-sm:ml-auto">{on}</span>
    </li>
  );
}

export function LeadPath({ lead }: { lead: Lead }) {
  const { t } = useTranslation();
  const day = useDay();
  const { data: stages } = useQuery(stagesQuery);
  const { data: history } = useHistory(lead);
  const path = stages ? pathOfLead(stages, lead) : [];
  const at = path.findIndex(({ id }) => id === lead.stageId);
  const reached = reachedAt(history ?? []);
  const lookOf = (stage: Stage, i: number): keyof typeof looks =>
    i === at ? stage.category : i < at && path[at]?.category !== 'lost' ? 'passed' : reachedLook(stage, i);
  const reachedLook = (stage: Stage, i: number) => (i < at && reached.has(stage.id) ? 'passed' : 'ahead');
  return (
    <Panel id="path" title={t('portal.path')}>
      <div className="px-4 pt-2 pb-4">
        {path.length === 0 ? (
          <Lines count={1} />
        ) : (
          <ol aria-labelledby="path" className="flex flex-col gap-3 sm:flex-row sm:gap-2">
            {path.map((stage, i) => {
              const when = reached.get(stage.id);
              return (
                <Step
                  key={stage.id}
                  stage={stage}
                  look={lookOf(stage, i)}
                  here={i === at}
                  on={i <= at && when ? day(when) : ''}
                />
              );
            })}
          </ol>
        )}
        {lead.unqualifiedReason && (
          <p className="mt-3 border-line border-t pt-3 text-muted">
            {t('portal.notFit', { reason: lead.unqualifiedReason })}
          </p>
        )}
      </div>
    </Panel>
  );
}

/** Oneself, and those of the firm whom one sees; who it was in the organisation is not told. */
function useNames(): (id: string | null) => string | undefined {
  const { t } = useTranslation();
  const { user } = useMeta();
  const { data } = useQuery(peopleQuery(usePartnerId()));
  return (id) => {
    if (id === user.id) return t('portal.you');
    const person = data?.find((one) => one.id === id);
    return person && personName(person);
  };
}

function Entry({ move, stages }: { move: Move; stages: Stage[] }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const who = useNames()(move.changedBy);
  const nameOf = (stageId: string | null, key: string | null) =>
    stages.find(({ id }) => id === stageId)?.name ?? key ?? '';
  const to = nameOf(move.newStageId, move.newStatus);
  const title =
    move.oldStatus === null
      ? t('portal.first')
      : move.oldStatus === move.newStatus
        ? t('portal.remark')
        : t('portal.moved', { from: nameOf(move.oldStageId, move.oldStatus), to });
  return (
    <li className="relative flex gap-3 pb-4 last:pb-0 not-last:before:absolute not-last:before:top-5 not-last:before:bottom-0 not-last:before:left-[5px] not-last:before:w-px not-last:before:bg-line">
      <span
        aria-hidden
        className="mt-1.5 size-[11px] shrink-0 rounded-full border-2 border-accent bg-surface"
      />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-baseline gap-x-2">
          <span className="font-medium">{title}</span>
          <span className="text-faint text-xs">
            {who && `${who} · `}
            <time dateTime={move.changedAt} title={formatDateTime(move.changedAt, locale)}>
              {formatRelative(move.changedAt, locale)}
            </time>
          </span>
        </p>
        {move.comment && (
          <p className="mt-1 whitespace-pre-line break-words rounded-lg bg-subtle px-3 py-2">
            {move.comment}
          </p>
        )}
      </div>
    </li>
  );
}

export function LeadHistory({ lead }: { lead: Lead }) {
  const { t } = useTranslation();
  const { data: stages } = useQuery(stagesQuery);
  const { data: history } = useHistory(lead);
  return (
    <Panel id="history" title={t('portal.history')}>
      {history && stages ? (
        <ol className="px-4 pt-1 pb-4">
          {history.map((move) => (
            <Entry key={move.id} move={move} stages={stages} />
          ))}
        </ol>
      ) : (
        <Lines count={3} />
      )}
    </Panel>
  );
}
