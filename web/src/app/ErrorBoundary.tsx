/* SPDX-License-Identifier: Apache-2.0 */
/* The last nets: one around the app, one per page so that the frame survives. */

import { TriangleAlert } from 'lucide-react';
import { Component, type ReactNode } from 'react';
import { useRouteError } from 'react-router';
import { ApiError } from '@/api/client';
import { t } from '@/i18n';
import { EmptyState } from '@/ui/bits';
import { Button, buttonClass } from '@/ui/button';
import { NotFound } from './NotFound';

/** After an update of the server the old page's chunks are gone; only a reload helps. */
const isStale = (error: unknown): boolean =>
  error instanceof Error &&
  /dynamically imported module|module script|Failed to fetch dynamically/i.test(error.message);

export function ErrorNotice({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  if (error instanceof ApiError && error.status === 404) return <NotFound />;
  const known = error instanceof ApiError;
  const title = isStale(error) ? t('error.stale') : known ? error.message : t('error.title');
  const text = isStale(error)
    ? t('error.staleText')
    : known && error.requestId
      ? t('error.request', { id: error.requestId })
      : known
        ? ''
        : t('error.text');
  return (
    <div role="alert" className="flex h-full items-center justify-center">
      <EmptyState isPage icon={<TriangleAlert size={20} aria-hidden />} title={title} text={text}>
        {onRetry && !isStale(error) ? (
          <Button onClick={onRetry}>{t('action.retry')}</Button>
        ) : (
          <Button onClick={() => window.location.reload()}>{t('action.reload')}</Button>
        )}
        <a href="/" className={buttonClass('ghost')}>
          {t('nav.home')}
        </a>
      </EmptyState>
    </div>
  );
}

export function RouteError() {
  return <ErrorNotice error={useRouteError()} />;
}

export class ErrorBoundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: null };
  static getDerivedStateFromError(error: unknown) {
    return { error };
  }
  override render() {
    return this.state.error ? <ErrorNotice error={this.state.error} /> : this.props.children;
  }
}
