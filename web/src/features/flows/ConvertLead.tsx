/* SPDX-License-Identifier: Apache-2.0 */
/* A lead becomes a contact, of a company that is there, a new one, or none, and perhaps a deal. */

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { post } from '@/api/client';
import { findEntity, findField, may, useMeta } from '@/api/meta';
import { listQuery, recordPath, refreshRecords } from '@/api/records';
import type { EntityMeta, FieldMeta, Json, Meta, RecordData } from '@/api/types';
import { EntityContext } from '@/features/pipelines/scope';
import { formKey, isEmpty } from '@/fields/value';
import { titleOf } from '@/lib/title';
import { FieldInput } from '@/records/record/FieldRow';
import { type JsonValues, showRefusal, useRecordForm } from '@/records/record/form';
import { Dialog } from '@/ui/overlay';
import { toast } from '@/ui/toast';
import { DialogFoot } from './FlowDialog';
import type { FlowDialogProps } from './flow';

type Where = 'told' | 'existing' | 'person';
type Converted = { contactId: string; companyId: string | null; dealId: string | null };

const dealFields = ['name', 'amount', 'expectedCloseDate', 'stageId'];

/** A company of the name that the lead tells, if there is one: it would be linked. */
function useTold(company: EntityMeta | undefined, name: string) {
  const search = new URLSearchParams({ name, fields: 'name', limit: '1' }).toString();
  return useQuery(listQuery(name ? company : undefined, search)).data?.data[0];
}

function fieldsFor(meta: Meta, withDeal: boolean, where: Where): FieldMeta[] {
  const contact = findEntity(meta, 'contact');
  const deal = findEntity(meta, 'deal');
  const take = (entity: EntityMeta | undefined, name: string, required: boolean): FieldMeta[] => {
    const field = entity && findField(entity, name);
    return field ? [{ ...field, required, help: null }] : [];
  };
  return [
    ...(where === 'existing' ? take(contact, 'companyId', true) : []),
    ...(withDeal ? dealFields.flatMap((name) => take(deal, name, name === 'name')) : []),
  ];
}

function bodyOf(values: JsonValues, where: Where, withDeal: boolean): Record<string, Json> {
  const deal = Object.fromEntries(
    dealFields.filter((name) => !isEmpty(values[name])).map((name) => [name, values[name] as Json]),
  );
  return {
    ...(where === 'existing' ? { companyId: values['companyId'] as Json } : {}),
    ...(where === 'person' ? { company: false } : {}),
    ...(withDeal ? { deal } : {}),
  };
}

function useConvert(entity: EntityMeta, record: RecordData, etag: string | null) {
  const { t } = useTranslation();
  const meta = useMeta();
  const client = useQueryClient();
  const navigate = useNavigate();
  return async (body: Record<string, Json>) => {
    const made = await post<Converted>(`${entity.path}/${record.id}/convert`, body, etag);
    const deal = findEntity(meta, 'deal');
    const contact = findEntity(meta, 'contact');
    toast.good(t('flow.lead.convert.done', { name: titleOf(entity, record) }));
    if (made.dealId && deal) await navigate(recordPath(deal, made.dealId));
    else if (contact) await navigate(recordPath(contact, made.contactId));
    await refreshRecords(client);
  };
}

export default function ConvertLead({ entity, record, etag, onDone }: FlowDialogProps) {
  const { t } = useTranslation();
  const meta = useMeta();
  const company = findEntity(meta, 'company');
  const deal = findEntity(meta, 'deal');
  const told = typeof record['company'] === 'string' ? record['company'] : '';
  const linked = typeof record['companyId'] === 'string';
  const found = useTold(company, told);
  const mayDeal = deal !== undefined && may(deal, 'create');
  const [where, setWhere] = useState<Where>(told || linked ? 'told' : 'person');
  const [withDeal, setWithDeal] = useState(mayDeal);
  const fields = useMemo(() => fieldsFor(meta, withDeal, where), [meta, withDeal, where]);
  const initial = useMemo(
    () => ({ name: told || titleOf(entity, record), amount: record['estimatedValue'] }),
    [told, entity, record],
  );
  const form = useRecordForm(fields, initial);
  const convert = useConvert(entity, record, etag);
  const submit = form.handleSubmit(async (values) => {
    try {
      await convert(bodyOf(values as JsonValues, where, withDeal));
      onDone();
    } catch (error) {
      showRefusal(form, fields, error);
    }
  });
  const option = (value: Where, words: string) => (
    <label className="flex items-center gap-2">
      <input
        type="radio"
        name="convert-company"
        className="accent-(--c-accent)"
        checked={where === value}
        onChange={() => setWhere(value)}
      />
      {words}
    </label>
  );
  const isDealField = (field: FieldMeta) => dealFields.includes(field.name);
  return (
    <Dialog open onOpenChange={(open) => !open && onDone()} title={t('flow.lead.convert.label')}>
      <EntityContext.Provider value="deal">
        <form
          noValidate
          className="flex min-h-0 flex-col"
          onSubmit={(event) => {
            event.preventDefault();
            void submit();
          }}
        >
          <div className="flex min-h-0 flex-col gap-3.5 overflow-y-auto px-5 pt-1 pb-5">
            <p className="text-muted">{t('flow.lead.convert.text', { name: titleOf(entity, record) })}</p>
            <fieldset className="flex flex-col gap-1.5">
              <legend className="pb-1 font-medium text-muted text-xs">{company?.label}</legend>
              {(told || linked) &&
                option(
                  'told',
                  linked
                    ? t('flow.lead.convert.linked')
                    : t(found ? 'flow.lead.convert.link' : 'flow.lead.convert.make', { company: told }),
                )}
              {option('existing', t('flow.lead.convert.existing'))}
              {option('person', t('flow.lead.convert.person'))}
            </fieldset>
            {fields
              .filter((field) => !isDealField(field))
              .map((field) => (
                <FieldInput key={formKey(field)} form={form} field={field} />
              ))}
            {mayDeal && (
              <label className="flex items-center gap-2 font-medium">
                <input
                  type="checkbox"
                  className="accent-(--c-accent)"
                  checked={withDeal}
                  onChange={(event) => setWithDeal(event.target.checked)}
                />
                {t('flow.lead.convert.deal')}
              </label>
            )}
            {fields.filter(isDealField).map((field) => (
              <FieldInput key={formKey(field)} form={form} field={field} around={record} />
            ))}
          </div>
          <DialogFoot onCancel={onDone} busy={form.formState.isSubmitting}>
            {t('flow.lead.convert.label')}
          </DialogFoot>
        </form>
      </EntityContext.Provider>
    </Dialog>
  );
}
