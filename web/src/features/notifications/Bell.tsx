/* SPDX-License-Identifier: Apache-2.0 */
/* The bell beside the organisation: how much is unread, and the latest of it. */

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Bell as BellIcon, CheckCheck } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useMeta } from '@/api/meta';
import { useLocale } from '@/app/locale';
import { cn } from '@/lib/cn';
import { formatDateTime, formatRelative } from '@/lib/format';
import { Button } from '@/ui/button';
import { Popover } from '@/ui/overlay';
import { badgeOf, latestQuery, linkOf, markAllRead, markRead, type Notification, unreadQuery } from './data';

function Item({ item, onOpen }: { item: Notification; onOpen: (item: Notification) => void }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const isNew = item.readAt === null;
  return (
    <li>
      <button
        type="button"
        onClick={() => onOpen(item)}
        className="flex w-full items-start gap-2.5 rounded-md px-2.5 py-2 text-left hover:bg-hover"
      >
        <span aria-hidden className={cn('mt-1.5 size-1.5 shrink-0 rounded-full', isNew && 'bg-accent')} />
        <span className="min-w-0 flex-1">
          <span className={cn('block break-words', isNew ? 'font-medium' : 'text-muted')}>
            {item.title ?? t('notifications.outOfSight')}
          </span>
          {item.body && !item.title?.includes(item.body) && (
            <span className="line-clamp-2 text-muted text-xs">{item.body}</span>
          )}
          <time
            dateTime={item.createdAt}
            title={formatDateTime(item.createdAt, locale)}
            className="block text-faint text-xs"
          >
            {formatRelative(item.createdAt, locale)}
            {isNew && <span className="sr-only">, {t('notifications.unread')}</span>}
          </time>
        </span>
      </button>
    </li>
  );
}

function Latest({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const meta = useMeta();
  const client = useQueryClient();
  const navigate = useNavigate();
  const latest = useQuery(latestQuery);
  const changed = () => client.invalidateQueries({ queryKey: ['notifications'] });
  const read = useMutation({ mutationFn: markRead, onSettled: changed });
  const readAll = useMutation({ mutationFn: markAllRead, onSettled: changed });
  const open = (item: Notification) => {
    const link = linkOf(meta, item);
    if (item.readAt === null) read.mutate(item.id);
    if (!link) return;
    onDone();
    void navigate(link);
  };
  const items = latest.data ?? [];
  return (
    <>
      <div className="flex h-11 items-center gap-2 border-line border-b pr-2 pl-3.5">
        <h2 className="flex-1 font-semibold">{t('notifications.title')}</h2>
        {items.some((item) => item.readAt === null) && (
          <Button look="ghost" size="sm" busy={readAll.isPending} onClick={() => readAll.mutate()}>
            <CheckCheck size={14} aria-hidden />
            {t('notifications.readAll')}
          </Button>
        )}
      </div>
      {latest.isError ? (
        <p className="px-3.5 py-6 text-center text-muted">{t('error.unknown')}</p>
      ) : items.length ? (
        <ul className="max-h-[min(60vh,480px)] overflow-y-auto p-1">
          {items.map((item) => (
            <Item key={item.id} item={item} onOpen={open} />
          ))}
        </ul>
      ) : (
        <p className="px-3.5 py-6 text-center text-muted">
          {latest.isPending ? t('notifications.loading') : t('notifications.none')}
        </p>
      )}
    </>
  );
}

export function Bell() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const unread = useQuery(unreadQuery).data ?? 0;
  return (
    <Popover
      label={t('notifications.title')}
      open={open}
      onOpenChange={setOpen}
      className="w-[min(380px,calc(100vw-16px))]"
      trigger={
        <button
          type="button"
          aria-label={unread ? t('notifications.bellUnread', { count: unread }) : t('notifications.title')}
          className="relative inline-flex size-7 shrink-0 items-center justify-center rounded-md text-faint hover:bg-hover hover:text-text data-popup-open:bg-hover"
        >
          <BellIcon size={16} strokeWidth={1.75} aria-hidden />
          {unread > 0 && (
            <span
              aria-hidden
              className="absolute -top-0.5 -right-0.5 flex h-3.5 min-w-3.5 items-center justify-center rounded-full bg-accent px-1 font-semibold text-[9px] text-on-accent tabular-nums"
            >
              {badgeOf(unread)}
            </span>
          )}
        </button>
      }
    >
      <Latest onDone={() => setOpen(false)} />
    </Popover>
  );
}
