/* SPDX-License-Identifier: Apache-2.0 */
/* Values that are nearly something that is there: taken for it, or left as they are. */

import { ArrowRight, CircleCheck } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { findField } from '@/api/meta';
import type { EntityMeta } from '@/api/types';
import { EmptyState } from '@/ui/bits';
import { Button } from '@/ui/button';
import type { ImportRun, Proposal } from './data';

type Props = { run: ImportRun; entity: EntityMeta; busy: boolean; onAccept: (ids: string[]) => void };

function Row({
  proposal,
  checked,
  onCheck,
}: {
  proposal: Proposal;
  checked: boolean;
  onCheck: (on: boolean) => void;
}) {
  const { t } = useTranslation();
  return (
    <li className="flex min-h-10 items-center gap-3 border-line border-b px-3 last:border-b-0">
      <input
        type="checkbox"
        className="size-4 shrink-0 accent-(--c-accent)"
        checked={checked}
        disabled={!proposal.suggestion}
        onChange={(event) => onCheck(event.target.checked)}
        aria-label={t('imports.take', { value: proposal.value, suggestion: proposal.suggestion ?? '' })}
      />
      <span className="min-w-0 truncate">
        {proposal.value}
        <span className="ml-2 text-faint text-xs">{t('imports.times', { count: proposal.count })}</span>
      </span>
      <ArrowRight size={14} aria-hidden className="shrink-0 text-faint" />
      {proposal.suggestion ? (
        <span className="min-w-0 truncate font-medium">{proposal.suggestion}</span>
      ) : (
        <span className="text-muted text-xs">{t('imports.noSuggestion')}</span>
      )}
    </li>
  );
}

export function ValuesStep({ run, entity, busy, onAccept }: Props) {
  const { t } = useTranslation();
  const proposals = run.proposals ?? [];
  const [left, setLeft] = useState<string[]>([]);
  if (proposals.length === 0)
    return (
      <EmptyState
        icon={<CircleCheck size={20} aria-hidden />}
        title={t('imports.allClear')}
        text={t('imports.allClearText')}
      />
    );
  const columns = [...new Set(proposals.map((proposal) => proposal.column))];
  const taken = proposals.filter((proposal) => proposal.suggestion && !left.includes(proposal.id));
  return (
    <>
      <p className="text-muted">{t('imports.valuesText')}</p>
      {columns.map((column) => {
        const mine = proposals.filter((proposal) => proposal.column === column);
        const field = findField(entity, mine[0]?.field ?? '');
        return (
          <section key={column}>
            <h3 className="pb-1.5 font-medium text-muted text-xs">
              {column}
              {field && ` → ${field.label}`}
            </h3>
            <ul className="rounded-lg border border-line">
              {mine.map((proposal) => (
                <Row
                  key={proposal.id}
                  proposal={proposal}
                  checked={proposal.suggestion !== null && !left.includes(proposal.id)}
                  onCheck={(on) =>
                    setLeft(on ? left.filter((id) => id !== proposal.id) : [...left, proposal.id])
                  }
                />
              ))}
            </ul>
          </section>
        );
      })}
      <Button
        className="self-start"
        busy={busy}
        disabled={taken.length === 0}
        onClick={() => onAccept(taken.map((proposal) => proposal.id))}
      >
        {t('imports.accept', { count: taken.length })}
      </Button>
    </>
  );
}
