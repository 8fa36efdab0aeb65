/* SPDX-License-Identifier: Apache-2.0 */
/* When the browser is offline or the server answers 503: say so, keep what is shown, try again. */

import { useQueryClient } from '@tanstack/react-query';
import { CloudOff } from 'lucide-react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/client';
import { EmptyState } from '@/ui/bits';
import { Button } from '@/ui/button';

function subscribe(listener: () => void) {
  window.addEventListener('online', listener);
  window.addEventListener('offline', listener);
  return () => {
    window.removeEventListener('online', listener);
    window.removeEventListener('offline', listener);
  };
}

const isAway = (error: unknown): error is ApiError => error instanceof ApiError && error.isAway;

/** Whether any query on the page last failed because the server is away. */
function useServerAway(): boolean {
  const cache = useQueryClient().getQueryCache();
  return useSyncExternalStore(
    (listener) => cache.subscribe(listener),
    () =>
      cache
        .getAll()
        .some((q) => q.getObserversCount() > 0 && isAway(q.state.error ?? q.state.fetchFailureReason)),
  );
}

function useCountdown(from: number, onZero: () => void): number {
  const [left, setLeft] = useState(from);
  useEffect(() => {
    const timer = setTimeout(() => {
      if (left <= 1) {
        onZero();
        setLeft(from);
      } else setLeft(left - 1);
    }, 1000);
    return () => clearTimeout(timer);
  }, [left, from, onZero]);
  return left;
}

export function AwayBar() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const online = useSyncExternalStore(subscribe, () => navigator.onLine);
  const away = useServerAway();
  if (online && !away) return null;
  const retry = () =>
    void client.refetchQueries({
      type: 'active',
      predicate: (query) => query.state.status !== 'success' || away,
    });
  return (
    <div
      role="status"
      className="flex items-center gap-2 bg-warn-soft px-4 py-1.5 text-sm text-warn md:mb-2 md:rounded-lg"
    >
      <CloudOff size={14} aria-hidden />
      <span className="flex-1">{online ? t('away.title') : t('away.offline')}</span>
      <button type="button" className="rounded px-1 font-medium underline underline-offset-2" onClick={retry}>
        {t('action.retry')}
      </button>
    </div>
  );
}

export function AwayPage({ error, onRetry }: { error: ApiError; onRetry: () => void }) {
  const { t } = useTranslation();
  const seconds = useCountdown(error.retryAfter ?? 5, onRetry);
  return (
    <div className="flex h-full items-center justify-center" role="status">
      <EmptyState
        icon={<CloudOff size={20} aria-hidden />}
        title={t('away.title')}
        text={t('away.text', { seconds })}
      >
        <Button onClick={onRetry}>{t('action.retry')}</Button>
      </EmptyState>
    </div>
  );
}
