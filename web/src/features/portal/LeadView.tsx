/* SPDX-License-Identifier: Apache-2.0 */
/* One lead as its partner follows it: where it stands, how it came there, and what came of it. */

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ArrowLeft, Handshake, Pencil } from 'lucide-react';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { may, useEntity } from '@/api/meta';
import type { EntityMeta } from '@/api/types';
import { ErrorNotice } from '@/app/ErrorBoundary';
import { useLocale } from '@/app/locale';
import { PageHead } from '@/app/PageHead';
import { FieldValue } from '@/fields/display';
import { formKey, isEmpty, readValue } from '@/fields/value';
import { formatMoney } from '@/lib/format';
import { Button } from '@/ui/button';
import { type Lead, leadName, leadQuery, usePartnerId } from './data';
import { partsOf } from './fields';
import { LeadHistory, LeadPath } from './LeadPath';
import { Lines, Panel, Status, useDay } from './parts';

const EditLead = lazy(() => import('./EditLead'));

function Came({ lead }: { lead: Lead }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const day = useDay();
  if (!lead.convertedAt) return null;
  const deal = lead.dealStatus;
  return (
    <Panel id="outcome" title={t('portal.outcome')}>
      <div className="flex flex-col gap-3 px-4 pt-1 pb-4">
        <p className="flex items-center gap-2.5">
          <span className="flex size-8 shrink-0 items-center justify-center rounded-lg bg-accent-soft text-accent-strong">
            <Handshake size={16} strokeWidth={1.75} aria-hidden />
          </span>
          <span className="min-w-0">
            <span className="block font-medium">{t(deal ? `portal.deal.${deal}` : 'portal.customer')}</span>
            <span className="block text-muted text-xs">{t(`portal.outcomeText.${deal ?? 'none'}`)}</span>
          </span>
        </p>
        <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5">
          {deal === 'won' && lead.wonAmount !== null && (
            <>
              <dt className="text-muted">{t('portal.amount')}</dt>
              <dd className="text-right font-semibold text-base tabular-nums">
                {formatMoney(lead.wonAmount, locale, lead.wonCurrency ?? undefined)}
              </dd>
            </>
          )}
          <dt className="text-muted">{t('portal.since')}</dt>
          <dd className="text-right tabular-nums">{day(lead.convertedAt)}</dd>
        </dl>
      </div>
    </Panel>
  );
}

function Details({ entity, lead, onEdit }: { entity: EntityMeta; lead: Lead; onEdit: () => void }) {
  const { t } = useTranslation();
  const day = useDay();
  const fields = partsOf(entity)
    .flatMap((part) => part.fields)
    .filter((field) => !isEmpty(readValue(lead, field)));
  const open = may(entity, 'update') && !lead.convertedAt;
  return (
    <Panel
      id="details"
      title={t('portal.details')}
      side={
        open ? (
          <Button look="ghost" size="sm" onClick={onEdit}>
            <Pencil size={12} aria-hidden />
            {t('portal.edit')}
          </Button>
        ) : undefined
      }
    >
      <dl className="flex flex-col gap-2.5 px-4 pt-1 pb-4">
        {fields.map((field) => (
          <div key={formKey(field)} className="grid grid-cols-[minmax(96px,36%)_minmax(0,1fr)] gap-2">
            <dt className="truncate text-muted">
              {field.name === 'description' ? t('portal.need') : field.label}
            </dt>
            <dd className="min-w-0 break-words">
              <FieldValue field={field} value={readValue(lead, field)} record={lead} />
            </dd>
          </div>
        ))}
        <div className="grid grid-cols-[minmax(96px,36%)_minmax(0,1fr)] gap-2">
          <dt className="text-muted">{t('portal.on')}</dt>
          <dd className="tabular-nums">{day(lead.createdAt)}</dd>
        </div>
      </dl>
    </Panel>
  );
}

/** When others moved the lead, what counts and tells of it is asked for anew. */
function useNewsOf(lead: Lead | undefined) {
  const client = useQueryClient();
  const known = useRef<string | null>(null);
  const state = lead ? `${lead.id} ${lead.status} ${lead.dealStatus ?? ''}` : null;
  useEffect(() => {
    if (state && known.current?.startsWith(state.slice(0, 36)) && known.current !== state) {
      void client.invalidateQueries({ queryKey: ['notifications'] });
      void client.invalidateQueries({ queryKey: ['portal', 'stats'] });
    }
    known.current = state;
  }, [client, state]);
}

export function LeadView() {
  const { t } = useTranslation();
  const { id = '' } = useParams();
  const entity = useEntity('lead');
  const partnerId = usePartnerId();
  const { data, error, refetch } = useQuery(leadQuery(partnerId, id));
  const [editing, setEditing] = useState(false);
  const lead = data?.data;
  useNewsOf(lead);
  if (error && !data) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <PageHead
        name={lead ? leadName(lead) : t('portal.lead')}
        title={
          <>
            <Link
              to="/leads"
              aria-label={t('nav.leads')}
              title={t('nav.leads')}
              className="-ml-1 inline-flex size-7 shrink-0 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-text"
            >
              <ArrowLeft size={16} aria-hidden />
            </Link>
            <h1 className="truncate font-semibold text-base">{lead ? leadName(lead) : t('portal.lead')}</h1>
            {lead?.company && <span className="truncate text-muted max-sm:hidden">{lead.company}</span>}
          </>
        }
      >
        {lead && <Status lead={lead} />}
      </PageHead>
      <div className="min-h-0 flex-1 overflow-y-auto bg-canvas/40">
        {!lead || !entity ? (
          <Lines count={8} />
        ) : (
          <div className="mx-auto flex max-w-6xl flex-col gap-4 p-4 md:p-6">
            <LeadPath lead={lead} />
            <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
              <LeadHistory lead={lead} />
              <div className="flex min-w-0 flex-col gap-4 max-lg:order-first">
                <Came lead={lead} />
                <Details entity={entity} lead={lead} onEdit={() => setEditing(true)} />
              </div>
            </div>
          </div>
        )}
      </div>
      {editing && lead && (
        <Suspense fallback={null}>
          <EditLead lead={lead} etag={data.etag} onClose={() => setEditing(false)} />
        </Suspense>
      )}
    </>
  );
}
