/* SPDX-License-Identifier: Apache-2.0 */
/* An import step by step. It lives on the server: one may leave at any time and come back to where it stands. */

import './words';
import { useQuery } from '@tanstack/react-query';
import { Check, ChevronRight, Upload } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router';
import { slugOf, useMeta } from '@/api/meta';
import type { EntityMeta } from '@/api/types';
import { ErrorNotice } from '@/app/ErrorBoundary';
import { useLocale } from '@/app/locale';
import { PageHead } from '@/app/PageHead';
import { PageLoading } from '@/app/PageLoading';
import { word } from '@/i18n';
import { cn } from '@/lib/cn';
import { formatNumber } from '@/lib/format';
import { Button, buttonClass } from '@/ui/button';
import { ColumnsStep } from './ColumnsStep';
import { entityOf, type ImportRun, importQuery, isOpen, isRunning } from './data';
import { Figures } from './Figures';
import { FileStep } from './FileStep';
import { missingFields } from './mapping';
import { useChanges, useSteps } from './useImport';
import { ValuesStep } from './ValuesStep';

const steps = ['file', 'columns', 'values', 'try', 'result'] as const;
type Step = (typeof steps)[number];

/** Where an import stands, for who comes back to it. */
const standing = (run: ImportRun): Step =>
  run.status === 'done' || run.status === 'cancelled' || run.step === 'commit'
    ? 'result'
    : run.step === 'rehearse'
      ? 'try'
      : 'file';

function Stepper({ at, reached, onStep }: { at: Step; reached: Step; onStep: (step: Step) => void }) {
  const { t } = useTranslation();
  const finished = reached === 'result';
  return (
    <ol aria-label={t('imports.steps')} className="flex flex-wrap items-center gap-1">
      {steps.map((step, place) => {
        const passed = place < steps.indexOf(at);
        return (
          <li key={step} className="flex items-center gap-1">
            {place > 0 && <ChevronRight size={14} className="text-faint" aria-hidden />}
            <button
              type="button"
              aria-current={step === at ? 'step' : undefined}
              disabled={finished ? step !== 'result' : step === 'result'}
              onClick={() => onStep(step)}
              className={cn(
                'inline-flex h-7 items-center gap-1.5 rounded-full px-2.5 text-xs',
                step === at ? 'bg-accent font-medium text-on-accent' : 'text-muted enabled:hover:bg-hover',
              )}
            >
              {passed && <Check size={12} aria-hidden />}
              {word(`imports.step.${step}`)}
            </button>
          </li>
        );
      })}
    </ol>
  );
}

function Working({ run }: { run: ImportRun }) {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <div role="status" className="flex flex-col gap-3 rounded-lg border border-line p-4">
      <p className="font-medium">{word(`imports.status.${isRunning(run) ? run.status : 'reading'}`)}</p>
      <progress
        value={run.progress}
        max={1}
        className="h-1.5 w-full accent-(--c-accent)"
        aria-label={t('imports.running')}
      />
      <p className="text-muted tabular-nums">
        {t('imports.soFar', { rows: formatNumber(run.rows, locale) })}
      </p>
    </div>
  );
}

type Parts = { run: ImportRun; entity: EntityMeta; step: Step; go: (step: Step) => void };

function Foot({ children }: { children: ReactNode }) {
  return <div className="flex flex-wrap items-center gap-2 border-line border-t pt-4">{children}</div>;
}

function Result({ run, entity, onUndo }: { run: ImportRun; entity: EntityMeta; onUndo: () => void }) {
  const { t } = useTranslation();
  const title =
    run.status === 'done'
      ? 'imports.done'
      : run.status === 'cancelled'
        ? 'imports.cancelled'
        : 'imports.failed';
  return (
    <>
      <h2 className={cn('font-semibold text-lg', run.status === 'failed' && 'text-danger')}>{t(title)}</h2>
      {run.error && <p className="text-danger">{run.error}</p>}
      {run.status === 'done' && <Figures run={run} entity={entity} />}
      <Foot>
        {run.status === 'done' && (
          <Link to={`/${slugOf(entity)}`} className={buttonClass('primary')}>
            {t('imports.see', { entities: entity.labelPlural.toLowerCase() })}
          </Link>
        )}
        <Link to="/import" className={buttonClass('outline')}>
          {t('imports.another')}
        </Link>
        {run.status === 'done' && run.changesetId && (
          <Button look="ghost" className="ml-auto" onClick={onUndo}>
            {t('imports.undo')}
          </Button>
        )}
      </Foot>
    </>
  );
}

function Wizard({ run, entity, step, go, running }: Parts & { running: (on: boolean) => void }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { map, send, busy } = useChanges(run);
  const { rehearse, commit, cancel, undo } = useSteps(run, () => go('result'));
  const missing = missingFields(entity, map);
  const works = rehearse.isPending || commit.isPending || isRunning(run);
  const after = (at: Step) => go(steps[steps.indexOf(at) + 1] ?? at);
  const start = (work: typeof rehearse) => {
    running(true);
    work.mutate(undefined, { onSettled: () => running(false) });
  };
  const tried = run.status === 'rehearsed';
  if (step === 'result' && !works) return <Result run={run} entity={entity} onUndo={() => void undo()} />;
  return (
    <>
      {works && <Working run={run} />}
      {!works && step === 'file' && <FileStep run={run} map={map} onChange={send} />}
      {!works && step === 'columns' && (
        <ColumnsStep run={run} entity={entity} map={map} onMap={(next) => send({ map: next })} />
      )}
      {!works && step === 'values' && (
        <ValuesStep run={run} entity={entity} busy={busy} onAccept={(ids) => send({ accept: ids })} />
      )}
      {!works && step === 'try' && (
        <>
          <p className="text-muted">{t('imports.tryText')}</p>
          {run.error && <p className="text-danger">{run.error}</p>}
          {tried && <Figures run={run} entity={entity} />}
        </>
      )}
      <Foot>
        {!works && (step === 'file' || step === 'columns') && (
          <Button
            look="primary"
            disabled={busy || (step === 'columns' && missing.length > 0)}
            onClick={() => after(step)}
          >
            {t('imports.next')}
          </Button>
        )}
        {!works && step === 'values' && (
          <Button look="primary" disabled={busy} onClick={() => after(step)}>
            {t('imports.next')}
          </Button>
        )}
        {!works && step === 'try' && (
          <>
            {tried && (
              <Button
                look="primary"
                disabled={busy || run.rows === run.refused}
                onClick={() => start(commit)}
              >
                {t('imports.commit', {
                  count: run.rows - run.refused,
                  rows: formatNumber(run.rows - run.refused, locale),
                })}
              </Button>
            )}
            <Button
              look={tried ? 'outline' : 'primary'}
              disabled={busy || missing.length > 0}
              onClick={() => start(rehearse)}
            >
              {t(tried ? 'imports.tryAgain' : 'imports.try')}
            </Button>
          </>
        )}
        {isOpen(run) && (
          <Button look="ghost" className="ml-auto" onClick={() => void cancel()}>
            {t('imports.cancel')}
          </Button>
        )}
      </Foot>
    </>
  );
}

export function ImportPage() {
  const { t } = useTranslation();
  const meta = useMeta();
  const navigate = useNavigate();
  const { id = '' } = useParams();
  const [busy, setBusy] = useState(false);
  const { data: run, error, refetch } = useQuery(importQuery(id, busy));
  const [params, setParams] = useSearchParams();
  if (error && !run) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (!run) return <PageLoading />;
  const entity = entityOf(meta, run.into) ?? meta.entities.find((one) => one.name === 'company');
  const reached = standing(run);
  const wanted = steps.find((step) => step === params.get('step'));
  const step = reached === 'result' && !busy ? reached : (wanted ?? reached);
  const go = (to: Step) => setParams({ step: to }, { replace: true });
  if (!entity) {
    void navigate('/import');
    return null;
  }
  return (
    <>
      <PageHead
        name={run.fileName ?? t('imports.title')}
        icon={<Upload size={16} strokeWidth={1.75} aria-hidden />}
        title={
          <>
            <Link to="/import" className="shrink-0 rounded-sm text-muted hover:text-text">
              {t('imports.title')}
            </Link>
            <ChevronRight size={14} className="shrink-0 text-faint" aria-hidden />
            <h1 className="min-w-0 truncate font-semibold text-base">
              {run.fileName ?? t('imports.noName')}
            </h1>
          </>
        }
      />
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto flex max-w-240 flex-col gap-5 p-5 md:py-6">
          <Stepper at={step} reached={reached} onStep={go} />
          <Wizard key={run.id} run={run} entity={entity} step={step} go={go} running={setBusy} />
        </div>
      </div>
    </>
  );
}
