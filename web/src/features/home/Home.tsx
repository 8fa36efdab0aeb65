/* SPDX-License-Identifier: Apache-2.0 */
/* Home: what is late, what is on today, what comes, and what nobody has planned a step for. */

import { CalendarDays, Handshake, House, Plus, Receipt } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { findEntity, may, useMeta } from '@/api/meta';
import type { EntityMeta } from '@/api/types';
import { useLocale } from '@/app/locale';
import { PageHead } from '@/app/PageHead';
import { creating } from '@/app/stores';
import { formatDate, formatDayLong, formatMoney } from '@/lib/format';
import { todayIn, toWallClock } from '@/lib/zone';
import { Button } from '@/ui/button';
import { AgendaPanel } from './AgendaPanel';
import { eventsSearch, overdueInvoicesSearch, partOfDay, stuckOrder, stuckSearch } from './day';
import { FirstSteps } from './FirstSteps';
import { RecordsPanel } from './RecordsPanel';

function NewButtons({ entities }: { entities: EntityMeta[] }) {
  const { t } = useTranslation();
  return entities.map((entity, i) => (
    <Button
      key={entity.name}
      look={i === 0 ? 'primary' : 'outline'}
      size="sm"
      className={i === 0 ? undefined : 'max-sm:hidden'}
      onClick={() => creating.set({ entity: entity.name, defaults: {} })}
    >
      <Plus size={14} aria-hidden />
      {t('list.new', { entity: entity.label.toLowerCase() })}
    </Button>
  ));
}

const icon = { size: 16, strokeWidth: 1.75, 'aria-hidden': true } as const;

function Panels() {
  const { t } = useTranslation();
  const meta = useMeta();
  const locale = useLocale();
  const today = todayIn(locale.timeZone);
  const [deal, event, invoice] = ['deal', 'event', 'invoice'].map((name) => {
    const entity = findEntity(meta, name);
    return entity && may(entity, 'read') ? entity : undefined;
  });
  const money = (amount: unknown, currency: unknown): ReactNode =>
    amount === null || amount === undefined
      ? null
      : formatMoney(Number(amount), locale, typeof currency === 'string' ? currency : undefined);
  const day = (value: unknown) => (typeof value === 'string' ? formatDate(value, locale) : null);
  return (
    <>
      {deal && (
        <RecordsPanel
          entity={deal}
          title={t('home.stuck')}
          hint={t('home.stuckHint')}
          none={t('home.stuckNone')}
          icon={<Handshake {...icon} />}
          search={stuckSearch(deal)}
          more={`ownerId=me&status=open&nextActivityAt[null]=true&sort=${stuckOrder(deal)}`}
          side={(row) => money(row['amount'], row['currency'])}
        />
      )}
      {invoice && (
        <RecordsPanel
          entity={invoice}
          title={t('home.invoices')}
          none={t('home.invoicesNone')}
          icon={<Receipt {...icon} />}
          search={overdueInvoicesSearch()}
          more="status=overdue&sort=dueDate"
          late
          side={(row) => money(row['balance'], row['currency'])}
          under={(row) => t('home.due', { day: day(row['dueDate']) ?? '' })}
        />
      )}
      {event && (
        <RecordsPanel
          entity={event}
          title={t('home.events')}
          none={t('home.eventsNone')}
          icon={<CalendarDays {...icon} />}
          search={eventsSearch(today)}
          more={`endAt[gte]=${today}&sort=startAt`}
          side={(row) =>
            typeof row['startAt'] === 'string'
              ? formatDate(toWallClock(row['startAt'], locale.timeZone), locale)
              : null
          }
        />
      )}
    </>
  );
}

export function Home() {
  const { t } = useTranslation();
  const meta = useMeta();
  const locale = useLocale();
  const now = toWallClock(new Date().toISOString(), locale.timeZone);
  const greeting = {
    morning: t('home.morning', { name: meta.user.firstName }),
    afternoon: t('home.afternoon', { name: meta.user.firstName }),
    evening: t('home.evening', { name: meta.user.firstName }),
  }[partOfDay(Number(now.slice(11, 13)))];
  const makes = ['task', 'activity', 'deal']
    .map((name) => findEntity(meta, name))
    .filter((entity): entity is EntityMeta => entity !== undefined && may(entity, 'create'));
  return (
    <>
      <PageHead
        name={t('nav.home')}
        icon={<House size={16} strokeWidth={1.75} aria-hidden />}
        title={<span className="font-semibold text-base">{t('nav.home')}</span>}
      >
        <NewButtons entities={makes} />
      </PageHead>
      <div className="min-h-0 flex-1 overflow-y-auto bg-canvas/40">
        <div className="mx-auto flex max-w-6xl flex-col gap-4 p-4 md:p-6">
          <div>
            <h1 className="font-semibold text-xl tracking-tight">{greeting}</h1>
            <p className="text-muted text-sm">{formatDayLong(now.slice(0, 10), locale)}</p>
          </div>
          <FirstSteps />
          <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
            <AgendaPanel />
            <div className="flex min-w-0 flex-col gap-4">
              <Panels />
            </div>
          </div>
        </div>
      </div>
    </>
  );
}
