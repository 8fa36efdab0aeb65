/* SPDX-License-Identifier: Apache-2.0 */
/* What stands in the way of a booking, in sentences, each with the event that has the vendor's time. */

import { useQuery } from '@tanstack/react-query';
import { CircleCheck, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useEntity } from '@/api/meta';
import { recordPath } from '@/api/records';
import { useLocale } from '@/app/locale';
import { formatMinutes, formatSpan } from '@/lib/span';
import { type Availability, type Busy, clashesOf, overlaps } from './clash';
import { availabilityQuery } from './data';

/** Stands for the link in the sentence, so that each language puts it where it belongs. */
const HERE = '\u0001';

export function ClashSentence({ vendor, busy, buffer }: { vendor: string; busy: Busy; buffer: number }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const event = useEntity('event');
  const when = formatSpan(busy.bookedFrom, busy.bookedTo, locale);
  const key = busy.hold ? 'events.clash.held' : 'events.clash.booked';
  const [before = '', after = ''] = t(key, { vendor, when, event: HERE }).split(HERE);
  const other =
    busy.event && busy.eventId && event ? (
      <Link
        to={recordPath(event, busy.eventId)}
        className="font-medium text-accent underline underline-offset-2 hover:text-accent-strong"
      >
        {busy.event}
      </Link>
    ) : (
      t('events.clash.other')
    );
  return (
    <>
      {before}
      {other}
      {after}
      {buffer > 0 && ` ${t('events.clash.buffer', { time: formatMinutes(buffer, locale) })}`}
    </>
  );
}

const looks = {
  bad: ['bg-danger-soft', TriangleAlert, 'text-danger'],
  warn: ['bg-warn-soft', TriangleAlert, 'text-warn'],
  info: ['bg-subtle', Info, 'text-muted'],
  good: ['bg-subtle', CircleCheck, 'text-good'],
} as const;

export function Notice({ look, children }: { look: keyof typeof looks; children: ReactNode }) {
  const [back, Icon, colour] = looks[look];
  return (
    <div className={`flex items-start gap-2 rounded-md px-2.5 py-2 text-sm ${back}`}>
      <Icon size={14} aria-hidden className={`mt-0.5 shrink-0 ${colour}`} />
      <div className="min-w-0 flex-1">{children}</div>
    </div>
  );
}

type Props = {
  vendorId: string;
  vendor: string;
  from: string;
  to: string;
  except?: string | null;
  /** Considering takes no time: then it is a warning, otherwise it would be refused. */
  binding: boolean;
};

function Told({ known, vendor, from, to, except, binding }: Props & { known: Availability }) {
  const { t } = useTranslation();
  const clashes = clashesOf(known, from, to, except);
  const beside = clashes.length ? [] : overlaps(known, from, to, except);
  const shown = clashes.length ? clashes : beside;
  if (!shown.length) return <Notice look="good">{t('events.clash.free', { vendor })}</Notice>;
  return (
    <Notice look={!clashes.length ? 'info' : binding ? 'bad' : 'warn'}>
      {shown.map((busy, place) => (
        <p key={busy.bookingId ?? `${busy.from}.${place}`}>
          <ClashSentence vendor={vendor} busy={busy} buffer={clashes.length ? known.bufferMinutes : 0} />
        </p>
      ))}
      <p className="text-muted">
        {!clashes.length
          ? t('events.clash.may')
          : t(binding ? 'events.clash.binding' : 'events.clash.considering')}
      </p>
    </Notice>
  );
}

/** Says whether the vendor is free then, before anything is sent. */
export function Clashes(props: Props) {
  const { t } = useTranslation();
  const { vendorId, from, to } = props;
  const { data, error, isFetching } = useQuery(availabilityQuery(vendorId, from, to));
  if (!vendorId || !from || !to || from >= to) return null;
  return (
    <div role="status" aria-busy={isFetching} className="empty:hidden">
      {error ? (
        <Notice look="info">{t('events.clash.unknown')}</Notice>
      ) : data ? (
        <Told {...props} known={data} />
      ) : (
        <Notice look="info">{t('events.clash.asking')}</Notice>
      )}
    </div>
  );
}
