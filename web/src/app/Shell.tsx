/* SPDX-License-Identifier: Apache-2.0 */
/* The frame of the signed-in part: sidebar, page panel, and what floats above both. */

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, Outlet, useLocation, useNavigate } from 'react-router';
import { ApiError, onSignedOut } from '@/api/client';
import { isPartner, MetaContext, metaQuery } from '@/api/meta';
import type { Meta } from '@/api/types';
import { translated } from '@/i18n/language';
import { CreateSheet } from '@/records/record/CreateSheet.lazy';
import { useQuestion } from '@/ui/ask';
import { AwayBar, AwayPage } from './Away';
import { ErrorNotice } from './ErrorBoundary';
import { useHotkeys } from './hotkeys';
import { goLetters } from './nav';
import { PageLoading } from './PageLoading';
import { Sidebar } from './Sidebar';
import { drawerOpen, paletteOpen, shortcutsOpen, sidebarCollapsed } from './stores';

const CommandPalette = lazy(() => import('./CommandPalette'));
const ShortcutSheet = lazy(() => import('./ShortcutSheet'));
const AskDialog = lazy(async () => ({ default: (await import('@/ui/AskDialog')).AskDialog }));
const Portal = lazy(async () => ({ default: (await import('@/features/portal/Portal')).Portal }));
const Drawer = lazy(async () => ({ default: (await import('@/ui/overlay')).Drawer }));

/** What is likely to be opened next is fetched once the page is at rest, so that it opens at once. */
function usePrefetch(meta: Meta) {
  useEffect(() => {
    const timer = setTimeout(() => {
      void import('./CommandPalette');
      if (isPartner(meta)) return;
      void import('@/records/list/ListPage');
      void import('@/records/record/RecordPage');
    }, 1500);
    return () => clearTimeout(timer);
  }, [meta]);
}

function useFrameKeys(meta: Meta) {
  const navigate = useNavigate();
  const go = [...goLetters(meta)].map(
    ([slug, letter]) => [`g ${letter}`, () => void navigate(`/${slug}`)] as const,
  );
  useHotkeys({
    ...Object.fromEntries(go),
    'g h': () => void navigate('/'),
    'mod+k': () => paletteOpen.set(!paletteOpen.get()),
    '?': () => shortcutsOpen.set(true),
    '[': () => sidebarCollapsed.set(!sidebarCollapsed.get()),
  });
}

/** Null until it has been opened for the first time. */
function useOnceOpen(open: boolean): boolean | null {
  const [opened, setOpened] = useState(open);
  if (open && !opened) setOpened(true);
  return opened || open ? open : null;
}

function Frame({ meta }: { meta: Meta }) {
  const { t } = useTranslation();
  const palette = paletteOpen.use();
  const shortcuts = shortcutsOpen.use();
  const drawer = useOnceOpen(drawerOpen.use());
  const question = useQuestion();
  const collapsed = sidebarCollapsed.use();
  const { pathname } = useLocation();
  useFrameKeys(meta);
  usePrefetch(meta);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page closes the drawer
  useEffect(() => drawerOpen.set(false), [pathname]);
  return (
    <MetaContext.Provider value={meta}>
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-80 focus:rounded focus:bg-raised focus:px-3 focus:py-2"
      >
        {t('app.skip')}
      </a>
      <div className="flex h-full">
        <div className="hidden md:flex">
          <Sidebar collapsed={collapsed} />
        </div>
        {drawer !== null && (
          <Suspense fallback={null}>
            <Drawer open={drawer} onOpenChange={drawerOpen.set} title={t('nav.main')}>
              <Sidebar collapsed={false} inDrawer />
            </Drawer>
          </Suspense>
        )}
        <main id="content" className="flex min-w-0 flex-1 flex-col md:py-2 md:pr-2">
          <AwayBar />
          <div className="flex min-h-0 flex-1 flex-col overflow-hidden bg-surface md:rounded-xl md:shadow-panel">
            <Suspense fallback={<PageLoading />}>{isPartner(meta) ? <Portal /> : <Outlet />}</Suspense>
          </div>
        </main>
      </div>
      <Suspense fallback={null}>
        {palette && <CommandPalette />}
        {shortcuts && <ShortcutSheet />}
        <CreateSheet />
        {question && <AskDialog />}
      </Suspense>
    </MetaContext.Provider>
  );
}

export function Shell() {
  const { data, error, refetch } = useQuery(metaQuery);
  const meta = useMemo(() => data && translated(data), [data]);
  const client = useQueryClient();
  const navigate = useNavigate();
  const location = useLocation();
  const here = location.pathname + location.search;
  useEffect(
    () =>
      onSignedOut(() => {
        // Before the first page there is nothing to forget, and the redirect below does the rest.
        if (!client.getQueryData(metaQuery.queryKey)) return;
        client.clear();
        void navigate(
          `/sign-in?next=${encodeURIComponent(window.location.pathname + window.location.search)}`,
        );
      }),
    [client, navigate],
  );
  if (meta) return <Frame key={meta.organization.id} meta={meta} />;
  if (error instanceof ApiError && error.status === 401) {
    return <Navigate to={here === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(here)}`} replace />;
  }
  if (error instanceof ApiError && error.isAway)
    return <AwayPage error={error} onRetry={() => void refetch()} />;
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  return <PageLoading />;
}
