/* SPDX-License-Identifier: Apache-2.0 */
/* The dialog of a step: what it does in a sentence, and what it wants to know. */

import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/client';
import type { EntityMeta, RecordData } from '@/api/types';
import { EntityContext } from '@/features/pipelines/scope';
import { formKey } from '@/fields/value';
import { word } from '@/i18n';
import { FieldInput } from '@/records/record/FieldRow';
import { type JsonValues, showRefusal, useRecordForm } from '@/records/record/form';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/overlay';
import { type Flow, fieldsOf } from './flow';
import { tellRefusal, useFlow } from './useFlow';

/** The lower edge of every dialog here. */
export function DialogFoot(props: {
  onCancel: () => void;
  busy: boolean;
  danger?: boolean;
  disabled?: boolean;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <div className="flex shrink-0 justify-end gap-2 border-line border-t px-5 py-3">
      <Button look="ghost" onClick={props.onCancel} disabled={props.busy}>
        {t('action.cancel')}
      </Button>
      <Button
        type="submit"
        look={props.danger ? 'danger' : 'primary'}
        busy={props.busy}
        disabled={props.disabled ?? false}
      >
        {props.children}
      </Button>
    </div>
  );
}

type Props = { flow: Flow; entity: EntityMeta; record: RecordData; etag: string | null; onDone: () => void };

export function FlowDialog({ flow, entity, record, etag, onDone }: Props) {
  const { i18n } = useTranslation();
  const words = `flow.${entity.name}.${flow.key}`;
  const fields = useMemo(() => fieldsOf(entity, flow), [entity, flow]);
  const initial = useMemo(() => flow.initial?.(record) ?? {}, [flow, record]);
  const form = useRecordForm(fields, initial);
  const { run, busy } = useFlow(entity, record, etag);
  const submit = form.handleSubmit(async (values) => {
    try {
      await run(flow, values as JsonValues);
      onDone();
    } catch (error) {
      const named = error instanceof ApiError && error.status === 422 && error.details.length > 0;
      if (named) showRefusal(form, fields, error);
      else tellRefusal(error);
      if (!named && fields.length === 0) onDone();
    }
  });
  return (
    <Dialog open onOpenChange={(open) => !open && onDone()} title={word(`${words}.label`)}>
      <EntityContext.Provider value={entity.name}>
        <form
          noValidate
          className="flex min-h-0 flex-col"
          onSubmit={(event) => {
            event.preventDefault();
            void submit();
          }}
        >
          <div className="flex min-h-0 flex-col gap-3.5 overflow-y-auto px-5 pt-1 pb-5">
            {i18n.exists(`${words}.text`) && <p className="text-muted">{word(`${words}.text`)}</p>}
            {fields.map((field, index) => (
              <FieldInput
                key={formKey(field)}
                form={form}
                field={field}
                around={record}
                autoFocus={index === 0 && isTyped(field.type)}
              />
            ))}
          </div>
          <DialogFoot onCancel={onDone} busy={busy !== null} danger={flow.danger ?? false}>
            {word(`${words}.label`)}
          </DialogFoot>
        </form>
      </EntityContext.Provider>
    </Dialog>
  );
}

/** A list of choices would open by itself and cover the rest. */
const isTyped = (type: string) => ['text', 'longText', 'money', 'decimal', 'percent'].includes(type);
