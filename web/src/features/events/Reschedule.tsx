/* SPDX-License-Identifier: Apache-2.0 */
/* Moving an event with its schedule, tasks and vendors. Who is taken then is told before anything moves, and one
   chooses to move without that vendor or at another time. */

import { useQueries, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, write } from '@/api/client';
import { messageOf } from '@/api/message';
import { findField } from '@/api/meta';
import type { FieldMeta, RecordData } from '@/api/types';
import { useLocale } from '@/app/locale';
import { DialogFoot } from '@/features/flows/FlowDialog';
import type { FlowDialogProps } from '@/features/flows/flow';
import { formatSpan } from '@/lib/span';
import { FieldInput } from '@/records/record/FieldRow';
import { showRefusal, useRecordForm } from '@/records/record/form';
import { refreshRecords, useUndo } from '@/records/undo';
import { Skeleton } from '@/ui/bits';
import { Dialog } from '@/ui/overlay';
import { toast } from '@/ui/toast';
import { ClashSentence, Notice } from './Clashes';
import { type Availability, type Busy, clashesOf } from './clash';
import { availabilityQuery, included, text, useBookings } from './data';
import { InZone } from './InZone';
import { endOf, isBinding, type Moved, movedBookings } from './moved';
import './words';

type Clash = { moved: Moved; name: string; known: Availability; busy: Busy[] };

/** The bookings whose vendors are taken where they would move to. */
function useClashes(event: RecordData, all: Moved[]): { clashes: Clash[]; asking: boolean } {
  const moved = all.filter((one) => isBinding(one.booking));
  return useQueries({
    queries: moved.map((one) => availabilityQuery(text(one.booking, 'vendorId'), one.from, one.to)),
    combine: (results) => ({
      asking: results.some((result) => result.isLoading),
      clashes: moved.flatMap((one, place): Clash[] => {
        const known = results[place]?.data;
        if (!known) return [];
        // Bookings of this event move along, so they are in nobody's way.
        const busy = clashesOf(known, one.from, one.to, one.booking.id).filter(
          (other) => other.eventId !== event.id,
        );
        const name = text(included(one.booking, 'vendor') ?? one.booking, 'name');
        return busy.length ? [{ moved: one, name, known, busy }] : [];
      }),
    }),
  });
}

function ClashChoice(props: { clash: Clash; released: boolean; onRelease: (release: boolean) => void }) {
  const { t } = useTranslation();
  const { clash, released, onRelease } = props;
  return (
    <li>
      <Notice look={released ? 'info' : 'bad'}>
        {clash.busy.map((busy, place) => (
          <p key={busy.bookingId ?? `${busy.from}.${place}`}>
            <ClashSentence vendor={clash.name} busy={busy} buffer={clash.known.bufferMinutes} />
          </p>
        ))}
        <label className="mt-1.5 flex items-center gap-2 font-medium">
          <input
            type="checkbox"
            className="accent-(--c-accent)"
            checked={released}
            onChange={(changed) => onRelease(changed.target.checked)}
          />
          {t('events.move.without', { name: clash.name })}
        </label>
      </Notice>
    </li>
  );
}

function useFields(entity: FlowDialogProps['entity']): FieldMeta[] {
  return useMemo(
    () =>
      ['startAt', 'endAt'].flatMap((name): FieldMeta[] => {
        const field = findField(entity, name);
        return field ? [{ ...field, required: name === 'startAt', help: null }] : [];
      }),
    [entity],
  );
}

function Form({
  entity,
  record: event,
  etag,
  onDone,
  startAt,
}: FlowDialogProps & { startAt?: string | undefined }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const client = useQueryClient();
  const undo = useUndo();
  const bookings = useBookings(event.id);
  const fields = useFields(entity);
  const initial = useMemo(() => ({ startAt: startAt ?? event['startAt'], endAt: null }), [event, startAt]);
  const form = useRecordForm(fields, initial);
  const [released, setReleased] = useState<string[]>([]);
  const [refused, setRefused] = useState<string[]>([]);
  const start = String(form.watch('startAt') ?? '');
  const end = String(form.watch('endAt') ?? '') || endOf(event, start);
  const moved = movedBookings(event, bookings.data?.data ?? [], { startAt: start, endAt: end });
  const { clashes, asking } = useClashes(event, moved);
  const wanted = clashes.map((clash) => clash.moved.booking.id).filter((id) => released.includes(id));
  const open = clashes.length - wanted.length;
  const submit = form.handleSubmit(async (values) => {
    try {
      const { changesetId } = await write(
        'POST',
        `${entity.path}/${event.id}/reschedule`,
        {
          startAt: values['startAt'],
          ...(values['endAt'] ? { endAt: values['endAt'] } : {}),
          ...(wanted.length ? { release: wanted } : {}),
        },
        etag ?? undefined,
      );
      undo.offer(t('events.move.done', { when: formatSpan(start, end, locale) }), changesetId);
      onDone();
      await refreshRecords(client);
    } catch (error) {
      const status = error instanceof ApiError ? error.status : 0;
      if (status === 409 || status === 412) await refreshRecords(client);
      if (error instanceof ApiError && status === 409)
        setRefused(error.details.length ? [] : [messageOf(error)]);
      else if (status === 412) toast.bad(t('flow.stale'));
      else showRefusal(form, fields, error);
    }
  });
  const same = start === text(event, 'startAt') && end === text(event, 'endAt');
  return (
    <form
      noValidate
      className="flex min-h-0 flex-col"
      onSubmit={(submitted) => {
        submitted.preventDefault();
        void submit();
      }}
    >
      <div className="flex min-h-0 flex-col gap-3.5 overflow-y-auto px-5 pt-1 pb-5">
        <p className="text-muted">{t('events.move.text')}</p>
        <div className="grid gap-3.5 sm:grid-cols-2">
          {fields.map((field) => (
            <FieldInput key={field.name} form={form} field={field} around={event} />
          ))}
        </div>
        {!form.watch('endAt') && end && (
          <p className="text-faint text-xs">
            {t('events.move.asLong', { when: formatSpan(start, end, locale) })}
          </p>
        )}
        <div role="status" aria-busy={asking} className="flex flex-col gap-2 empty:hidden">
          {refused.map((words) => (
            <Notice key={words} look="bad">
              {words}
            </Notice>
          ))}
          {asking ? (
            <Skeleton className="h-9 w-full" />
          ) : clashes.length ? (
            <>
              <p className="font-medium">{t('events.move.clashes', { count: clashes.length })}</p>
              <ul className="flex flex-col gap-2">
                {clashes.map((clash) => {
                  const { id } = clash.moved.booking;
                  return (
                    <ClashChoice
                      key={id}
                      clash={clash}
                      released={released.includes(id)}
                      onRelease={(release) =>
                        setReleased(release ? [...released, id] : released.filter((one) => one !== id))
                      }
                    />
                  );
                })}
              </ul>
            </>
          ) : (
            moved.length > 0 &&
            !same && <Notice look="good">{t('events.move.free', { count: moved.length })}</Notice>
          )}
        </div>
        {open > 0 && <p className="text-muted text-xs">{t('events.move.choose')}</p>}
      </div>
      <DialogFoot onCancel={onDone} busy={form.formState.isSubmitting} disabled={same || !start}>
        {t('flow.event.reschedule.label')}
      </DialogFoot>
    </form>
  );
}

/** `startAt`: where it is about to go, if that is known already. */
export default function Reschedule(props: FlowDialogProps & { startAt?: string | undefined }) {
  const { t } = useTranslation();
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && props.onDone()}
      title={t('events.move.title', { name: text(props.record, 'name') })}
    >
      <InZone event={props.record}>
        <Form {...props} />
      </InZone>
    </Dialog>
  );
}
