/* SPDX-License-Identifier: Apache-2.0 */
/* Submitting a lead. Whoever was submitted before by the same firm is pointed out; others' leads are nobody's business. */

import { keepPreviousData, queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { Copy, Send } from 'lucide-react';
import { useDeferredValue, useMemo } from 'react';
import { useWatch } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { getPage, post } from '@/api/client';
import { useEntity } from '@/api/meta';
import type { EntityMeta, Json } from '@/api/types';
import { NotFound } from '@/app/NotFound';
import { PageHead } from '@/app/PageHead';
import { isEmpty, toBody } from '@/fields/value';
import { type JsonValues, type RecordForm, showRefusal, useRecordForm } from '@/records/record/form';
import { Button, buttonClass } from '@/ui/button';
import { toast } from '@/ui/toast';
import { type Lead, leadName, pathOf, usePartnerId } from './data';
import { partsOf } from './fields';
import { LeadForm } from './LeadForm';
import { Status, useDay } from './parts';

const SHOWN = 3;
const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

/** By the address, or while there is none by name and company; null as long as that says too little. */
function sameSearch(email: string, lastName: string, company: string): string | null {
  const by: Record<string, string> | null = /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/.test(email)
    ? { email }
    : lastName.length > 1 && company.length > 2
      ? { 'lastName[contains]': lastName, 'company[contains]': company }
      : null;
  return by && new URLSearchParams({ ...by, limit: String(SHOWN), sort: '-createdAt' }).toString();
}

const sameQuery = (partnerId: string, search: string | null) =>
  queryOptions({
    queryKey: ['portal', 'same', partnerId, search],
    queryFn: async ({ signal }) => (await getPage<Lead>(`${pathOf(partnerId)}/leads?${search}`, signal)).data,
    enabled: search !== null,
    placeholderData: keepPreviousData,
  });

function Known({ form, partnerId }: { form: RecordForm; partnerId: string }) {
  const { t } = useTranslation();
  const day = useDay();
  const [email, lastName, company] = useWatch({
    control: form.control,
    name: ['email', 'lastName', 'company'],
  });
  const search = useDeferredValue(sameSearch(text(email), text(lastName), text(company)));
  const { data } = useQuery(sameQuery(partnerId, search));
  if (!search || !data?.length) return null;
  return (
    <div role="status" className="mt-4 rounded-lg bg-warn-soft px-3.5 py-3">
      <p className="flex items-center gap-2 font-medium">
        <Copy size={14} aria-hidden className="shrink-0 text-warn" />
        {t('portal.known')}
      </p>
      <ul className="mt-1.5 flex flex-col gap-1">
        {data.map((lead) => (
          <li key={lead.id} className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <Link to={`/leads/${lead.id}`} className="rounded-sm underline-offset-2 hover:underline">
              {t('portal.knownText', {
                name: leadName(lead),
                company: lead.company ?? '–',
                day: day(lead.createdAt),
              })}
            </Link>
            <Status lead={lead} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Form({ entity }: { entity: EntityMeta }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const partnerId = usePartnerId();
  const parts = useMemo(() => partsOf(entity), [entity]);
  const fields = useMemo(() => parts.flatMap((part) => part.fields), [parts]);
  const nothing = useMemo((): Record<string, Json> => ({}), []);
  const form = useRecordForm(fields, nothing);
  const submit = form.handleSubmit(async (values) => {
    const given = Object.entries(values as JsonValues).filter(([, value]) => !isEmpty(value));
    try {
      const lead = await post<Lead>(`${pathOf(partnerId)}/leads`, toBody(fields, Object.fromEntries(given)));
      toast.good(t('portal.sent'), { description: leadName(lead) });
      void client.invalidateQueries({ queryKey: ['portal'] });
      await navigate(`/leads/${lead.id}`);
    } catch (error) {
      showRefusal(form, fields, error);
    }
  });
  return (
    <LeadForm
      entity={entity}
      parts={parts}
      form={form}
      onSubmit={() => void submit()}
      hint={<Known form={form} partnerId={partnerId} />}
    >
      <div className="flex justify-end gap-2 border-line border-t pt-4">
        <Link to="/leads" className={buttonClass('ghost')}>
          {t('action.cancel')}
        </Link>
        <Button type="submit" look="primary" busy={form.formState.isSubmitting}>
          <Send size={14} aria-hidden />
          {t('portal.send')}
        </Button>
      </div>
    </LeadForm>
  );
}

export function NewLead() {
  const { t } = useTranslation();
  const entity = useEntity('lead');
  if (!entity) return <NotFound />;
  return (
    <>
      <PageHead
        name={t('portal.newTitle')}
        icon={<Send size={16} strokeWidth={1.75} aria-hidden />}
        title={<h1 className="font-semibold text-base">{t('portal.newTitle')}</h1>}
      />
      <div className="min-h-0 flex-1 overflow-y-auto bg-canvas/40">
        <div className="mx-auto max-w-2xl p-4 md:p-6">
          <p className="pb-4 text-muted">{t('portal.newText')}</p>
          <div className="rounded-xl bg-surface p-4 shadow-panel md:p-6">
            <Form entity={entity} />
          </div>
        </div>
      </div>
    </>
  );
}
