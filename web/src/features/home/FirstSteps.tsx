/* SPDX-License-Identifier: Apache-2.0 */
/* In an organisation without a customer yet: what to begin with. */

import { useQuery } from '@tanstack/react-query';
import { Building2, Coins, type LucideIcon, Upload, UserPlus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { findEntity, may, useMeta } from '@/api/meta';
import { listQuery } from '@/api/records';
import { creating } from '@/app/stores';

const card =
  'flex min-w-0 flex-1 items-start gap-3 rounded-lg p-3 text-left ring-1 ring-line ring-inset transition-colors hover:bg-hover';

function Face({ icon: Icon, title, text }: { icon: LucideIcon; title: string; text: string }) {
  return (
    <>
      <span className="flex size-8 shrink-0 items-center justify-center rounded-lg bg-subtle text-accent">
        <Icon size={16} strokeWidth={1.75} aria-hidden />
      </span>
      <span className="min-w-0">
        <span className="block font-medium">{title}</span>
        <span className="block text-muted text-xs">{text}</span>
      </span>
    </>
  );
}

export function FirstSteps() {
  const { t } = useTranslation();
  const meta = useMeta();
  const { currency, timeZone } = meta.organization;
  const company = findEntity(meta, 'company');
  const mayMake = company && may(company, 'create');
  const { data } = useQuery(listQuery(mayMake ? company : undefined, 'limit=1&fields=id'));
  if (!mayMake || !data || data.pagination.total > 0) return null;
  return (
    <section aria-labelledby="first-steps" className="rounded-xl bg-surface p-4 shadow-panel">
      <h2 id="first-steps" className="pb-3 font-semibold text-sm">
        {t('home.first')}
      </h2>
      <div className="grid gap-3 sm:grid-cols-2">
        <button
          type="button"
          className={card}
          onClick={() => creating.set({ entity: company.name, defaults: {} })}
        >
          <Face icon={Building2} title={t('home.firstCompany')} text={t('home.firstCompanyText')} />
        </button>
        {meta.can.import && (
          <Link to="/import" className={card}>
            <Face icon={Upload} title={t('home.firstImport')} text={t('home.firstImportText')} />
          </Link>
        )}
        {meta.can.administer && (
          <Link to="/settings" className={card}>
            <Face
              icon={Coins}
              title={t('home.firstSettings')}
              text={t('home.firstSettingsText', { currency, timeZone })}
            />
          </Link>
        )}
        {meta.can.administer && (
          <Link to="/members" className={card}>
            <Face icon={UserPlus} title={t('home.firstInvite')} text={t('home.firstInviteText')} />
          </Link>
        )}
      </div>
    </section>
  );
}
