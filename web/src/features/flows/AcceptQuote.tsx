/* SPDX-License-Identifier: Apache-2.0 */
/* What the customer said by telephone or in person: who, which options, and whether the deal is won by it. */

import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Json } from '@/api/types';
import { useLocale } from '@/app/locale';
import { formatMoney } from '@/lib/format';
import { FormRow, Input } from '@/ui/input';
import { Dialog } from '@/ui/overlay';
import { DialogFoot } from './FlowDialog';
import type { Flow, FlowDialogProps } from './flow';
import { tellRefusal, useFlow } from './useFlow';

type Loose = { [field: string]: Json | undefined };

function Check(props: { checked: boolean; onChange: (on: boolean) => void; children: React.ReactNode }) {
  return (
    <label className="flex items-start gap-2">
      <input
        type="checkbox"
        className="mt-1 accent-(--c-accent)"
        checked={props.checked}
        onChange={(event) => props.onChange(event.target.checked)}
      />
      <span className="min-w-0 flex-1">{props.children}</span>
    </label>
  );
}

const accept = { key: 'accept', send: { post: 'accept' } } as Flow;

export default function AcceptQuote({ entity, record, etag, onDone }: FlowDialogProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<string[]>([]);
  const [winDeal, setWinDeal] = useState(true);
  const { run, busy } = useFlow(entity, record, etag);
  const options = useMemo(
    () => ((record['lines'] ?? []) as Loose[]).filter((line) => line['optional'] === true),
    [record],
  );
  const submit = async () => {
    try {
      await run(accept, {
        ...(name.trim() ? { name: name.trim() } : {}),
        ...(chosen.length ? { optionalLineIds: chosen } : {}),
        ...(record['dealId'] ? { winDeal } : {}),
      });
      onDone();
    } catch (error) {
      tellRefusal(error);
    }
  };
  return (
    <Dialog open onOpenChange={(open) => !open && onDone()} title={t('flow.quote.accept.label')}>
      <form
        noValidate
        className="flex min-h-0 flex-col"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <div className="flex min-h-0 flex-col gap-3.5 overflow-y-auto px-5 pt-1 pb-5">
          <p className="text-muted">{t('flow.quote.accept.text')}</p>
          <FormRow id="accept-name" label={t('flow.quote.accept.who')}>
            <Input
              id="accept-name"
              maxLength={100}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          </FormRow>
          {options.length > 0 && (
            <fieldset className="flex flex-col gap-1.5">
              <legend className="pb-1 font-medium text-muted text-xs">
                {t('flow.quote.accept.options')}
              </legend>
              {options.map((line) => {
                const id = String(line['id']);
                return (
                  <Check
                    key={id}
                    checked={chosen.includes(id)}
                    onChange={(on) => setChosen(on ? [...chosen, id] : chosen.filter((one) => one !== id))}
                  >
                    <span className="flex justify-between gap-3">
                      <span className="truncate">{String(line['name'])}</span>
                      <span className="tabular-nums">
                        {formatMoney(Number(line['amount']), locale, String(record['currency']))}
                      </span>
                    </span>
                  </Check>
                );
              })}
            </fieldset>
          )}
          {record['dealId'] && (
            <Check checked={winDeal} onChange={setWinDeal}>
              {t('flow.quote.accept.win')}
            </Check>
          )}
        </div>
        <DialogFoot onCancel={onDone} busy={busy !== null}>
          {t('flow.quote.accept.label')}
        </DialogFoot>
      </form>
    </Dialog>
  );
}
