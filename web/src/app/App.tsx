/* SPDX-License-Identifier: Apache-2.0 */
/* Providers around the router. */

import { CSPProvider } from '@base-ui/react/csp-provider';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { RouterProvider } from 'react-router';
import { ApiError } from '@/api/client';
import { ErrorBoundary } from './ErrorBoundary';
import { makeRouter } from './router';

const Toaster = lazy(async () => ({ default: (await import('@/ui/Toaster')).Toaster }));

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // What the server refuses stays refused; only an absent server is worth asking again.
      retry: (count, error) => error instanceof ApiError && error.isAway && count < 3,
      retryDelay: (count, error) =>
        error instanceof ApiError && error.retryAfter
          ? error.retryAfter * 1000
          : Math.min(1000 * 2 ** count, 8000),
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});
const router = makeRouter();

export function App() {
  return (
    <ErrorBoundary>
      <CSPProvider disableStyleElements>
        <QueryClientProvider client={client}>
          <RouterProvider router={router} />
          <Suspense fallback={null}>
            <Toaster />
          </Suspense>
        </QueryClientProvider>
      </CSPProvider>
    </ErrorBoundary>
  );
}
