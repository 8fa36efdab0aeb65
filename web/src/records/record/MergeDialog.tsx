/* SPDX-License-Identifier: Apache-2.0 */
/* A stale save is never silently lost nor silently wins: each field in dispute is put to the user. */

import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Json, RecordData } from '@/api/types';
import { FieldValue } from '@/fields/display';
import { formKey } from '@/fields/value';
import { cn } from '@/lib/cn';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/overlay';
import type { Conflict } from '../merge';

type Side = 'mine' | 'theirs';

function Choice(props: {
  conflict: Conflict;
  side: Side;
  chosen: boolean;
  record: RecordData;
  onChoose: () => void;
}) {
  const { t } = useTranslation();
  const { conflict, side, chosen, record, onChoose } = props;
  const id = `${formKey(conflict.field)}-${side}`;
  return (
    <label
      htmlFor={id}
      className={cn(
        'flex min-w-0 flex-1 cursor-pointer flex-col gap-0.5 rounded-lg p-2.5 ring-1 ring-inset',
        chosen ? 'bg-accent-soft ring-accent' : 'ring-line hover:bg-hover',
      )}
    >
      <span className="flex items-center gap-1.5 text-muted text-xs">
        <input
          id={id}
          type="radio"
          className="accent-(--c-accent)"
          name={formKey(conflict.field)}
          checked={chosen}
          onChange={onChoose}
        />
        {t(`merge.${side}`)}
      </span>
      <span className="min-w-0 break-words">
        <FieldValue field={conflict.field} value={conflict[side]} record={record} />
      </span>
    </label>
  );
}

export function MergeDialog(props: {
  conflicts: Conflict[];
  theirs: RecordData;
  busy: boolean;
  onCancel: () => void;
  onSave: (chosen: Record<string, Json | undefined>) => void;
}) {
  const { t } = useTranslation();
  const { conflicts, theirs, busy, onCancel, onSave } = props;
  const [sides, setSides] = useState<Record<string, Side>>({});
  const sideOf = (conflict: Conflict): Side => sides[formKey(conflict.field)] ?? 'mine';
  return (
    <Dialog open onOpenChange={(open) => !open && onCancel()} title={t('merge.title')} className="max-w-xl">
      <p className="px-5 text-muted">{conflicts.length ? t('merge.text') : t('merge.textNone')}</p>
      <div className="flex min-h-0 flex-col gap-4 overflow-y-auto px-5 py-4">
        {conflicts.map((conflict) => (
          <fieldset key={formKey(conflict.field)} className="flex flex-col gap-1.5">
            <legend className="mb-1.5 font-medium">{conflict.field.label}</legend>
            <div className="flex gap-2">
              {(['theirs', 'mine'] as const).map((side) => (
                <Choice
                  key={side}
                  conflict={conflict}
                  side={side}
                  record={theirs}
                  chosen={sideOf(conflict) === side}
                  onChoose={() => setSides({ ...sides, [formKey(conflict.field)]: side })}
                />
              ))}
            </div>
          </fieldset>
        ))}
      </div>
      <div className="flex justify-end gap-2 border-line border-t px-5 py-3">
        <Button look="ghost" onClick={onCancel} disabled={busy}>
          {t('action.cancel')}
        </Button>
        <Button
          look="primary"
          busy={busy}
          onClick={() => onSave(Object.fromEntries(conflicts.map((c) => [formKey(c.field), c[sideOf(c)]])))}
        >
          {t('merge.save')}
        </Button>
      </div>
    </Dialog>
  );
}
