/* SPDX-License-Identifier: Apache-2.0 */
/* Two records side by side: which one stays, and whose values it keeps. */

import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { post } from '@/api/client';
import { recordPath, refreshRecords } from '@/api/records';
import type { EntityMeta, FieldMeta, Json, RecordData } from '@/api/types';
import { tellRefusal } from '@/features/flows/useFlow';
import { FieldValue } from '@/fields/display';
import { RecordName } from '@/fields/shared/record';
import { formKey, isEmpty, readValue, sameValue, toBody } from '@/fields/value';
import { cn } from '@/lib/cn';
import { titleOf } from '@/lib/title';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/overlay';
import { toast } from '@/ui/toast';
import { isEditable, visibleFields } from '../sections';
import type { Duplicate } from './Duplicates';

type Sides = [RecordData, RecordData];

/** What both say, and differently; what only one says is taken over by itself, and so are all tags. */
export function disputed(entity: EntityMeta, [a, b]: Sides): FieldMeta[] {
  return visibleFields(entity)
    .filter((field) => isEditable(field, false) && field.type !== 'multiReference')
    .filter((field) => {
      const [one, other] = [readValue(a, field), readValue(b, field)];
      return !isEmpty(one) && !isEmpty(other) && !sameValue(one, other);
    });
}

/** What is written to the one that stays: the values that were chosen and are not its own. */
export function chosenValues(
  fields: FieldMeta[],
  sides: Sides,
  keep: 0 | 1,
  picks: Record<string, 0 | 1>,
): Record<string, Json> {
  const other = keep === 0 ? 1 : 0;
  const taken = fields.filter((field) => (picks[formKey(field)] ?? keep) === other);
  return toBody(
    taken,
    Object.fromEntries(taken.map((field) => [formKey(field), readValue(sides[other], field)])),
  );
}

type Merged = { record: RecordData; changesetId: string };

function useMerge(entity: EntityMeta) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const undo = async (changeset: string, back: string) => {
    try {
      await post(`/api/v1/changesets/${changeset}/revert`);
      await navigate(recordPath(entity, back));
      await refreshRecords(client);
      toast.good(t('duplicates.undone'));
    } catch (error) {
      tellRefusal(error);
    }
  };
  /** True when it is done. */
  const merge = async (keep: RecordData, gone: RecordData, values: Record<string, Json>, from: string) => {
    setBusy(true);
    try {
      const body = { keep: keep.id, merge: [gone.id], ...(Object.keys(values).length ? { values } : {}) };
      const done = await post<Merged>(`${entity.path}/merge`, body);
      await navigate(recordPath(entity, keep.id));
      await refreshRecords(client);
      toast.good(t('duplicates.merged', { title: titleOf(entity, done.record) }), {
        action: { label: t('action.undo'), run: () => void undo(done.changesetId, from) },
      });
      return true;
    } catch (error) {
      tellRefusal(error);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { merge, busy };
}

function Side(props: {
  name: string;
  label: string;
  checked: boolean;
  onPick: () => void;
  children: React.ReactNode;
}) {
  return (
    <label
      className={cn(
        'flex min-w-0 cursor-pointer items-start gap-2 rounded-md px-2 py-1.5',
        props.checked ? 'bg-accent-soft' : 'hover:bg-hover',
      )}
    >
      <input
        type="radio"
        name={props.name}
        aria-label={props.label}
        checked={props.checked}
        onChange={props.onPick}
        className="mt-1 shrink-0 accent-(--c-accent)"
      />
      <span className="min-w-0 flex-1 break-words">{props.children}</span>
    </label>
  );
}

type Props = { entity: EntityMeta; record: RecordData; others: Duplicate[]; onDone: () => void };

export default function MergeRecords({ entity, record, others, onDone }: Props) {
  const { t } = useTranslation();
  const [at, setAt] = useState(0);
  const [keep, setKeep] = useState<0 | 1>(0);
  const [picks, setPicks] = useState<Record<string, 0 | 1>>({});
  const { merge, busy } = useMerge(entity);
  const other = (others[at] ?? others[0])?.record;
  const sides = useMemo((): Sides => [record, other ?? record], [record, other]);
  const fields = useMemo(() => disputed(entity, sides), [entity, sides]);
  const titles = sides.map((side) => titleOf(entity, side) || t('list.untitled'));
  const submit = async () => {
    const values = chosenValues(fields, sides, keep, picks);
    if (await merge(sides[keep], sides[keep === 0 ? 1 : 0], values, record.id)) onDone();
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onDone()}
      title={t('duplicates.title', { entity: entity.label.toLowerCase() })}
      className="max-w-3xl"
    >
      <div className="flex min-h-0 flex-col gap-4 overflow-y-auto px-5 pb-4">
        <p className="text-muted">{t('duplicates.text')}</p>
        {others.length > 1 && (
          <div className="flex flex-wrap gap-1">
            {others.map((item, place) => (
              <Button
                key={item.record.id}
                size="sm"
                look={place === at ? 'outline' : 'ghost'}
                aria-pressed={place === at}
                onClick={() => {
                  setAt(place);
                  setPicks({});
                }}
              >
                {titleOf(entity, item.record)}
              </Button>
            ))}
          </div>
        )}
        <div className="grid grid-cols-2 gap-2">
          {sides.map((side, place) => (
            <Side
              key={place === 0 ? 'here' : 'other'}
              name="keep"
              label={t('duplicates.keep', { title: titles[place], place: place + 1 })}
              checked={keep === place}
              onPick={() => setKeep(place as 0 | 1)}
            >
              <span className="block font-medium">
                <RecordName entity={entity} record={side} />
              </span>
              <span className="text-muted text-xs">
                {t(keep === place ? 'duplicates.stays' : 'duplicates.goes')}
              </span>
            </Side>
          ))}
        </div>
        {fields.length === 0 && <p className="text-muted">{t('duplicates.noDispute')}</p>}
        {fields.map((field) => (
          <fieldset key={formKey(field)} className="flex flex-col gap-1">
            <legend className="pb-1 text-muted text-xs">{field.label}</legend>
            <div className="grid grid-cols-2 gap-2">
              {sides.map((side, place) => (
                <Side
                  key={place === 0 ? 'here' : 'other'}
                  name={`value-${formKey(field)}`}
                  label={t('duplicates.value', {
                    field: field.label,
                    title: titles[place],
                    place: place + 1,
                  })}
                  checked={(picks[formKey(field)] ?? keep) === place}
                  onPick={() => setPicks({ ...picks, [formKey(field)]: place as 0 | 1 })}
                >
                  <FieldValue field={field} value={readValue(side, field)} record={side} dense />
                </Side>
              ))}
            </div>
          </fieldset>
        ))}
      </div>
      <div className="flex shrink-0 justify-end gap-2 border-line border-t px-5 py-3">
        <Button look="ghost" onClick={onDone} disabled={busy}>
          {t('action.cancel')}
        </Button>
        <Button look="primary" busy={busy} onClick={() => void submit()}>
          {t('duplicates.merge')}
        </Button>
      </div>
    </Dialog>
  );
}
