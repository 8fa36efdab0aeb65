/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses. Every page is a chunk of its own; entities share two pages, whatever they are called. */
import { createBrowserRouter, Outlet, type RouteObject } from 'react-router';
import { RouteError } from './ErrorBoundary';
import { NotFound } from './NotFound';
import { PageLoading } from './PageLoading';
import { Shell } from './Shell';

const routes: RouteObject[] = [
  {
    Component: Outlet,
    ErrorBoundary: RouteError,
    HydrateFallback: PageLoading,
    children: [
      {
        lazy: async () => ({ Component: (await import('@/features/auth/AuthFrame')).AuthFrame }),
        children: [
          {
            path: 'sign-in',
            lazy: async () => ({ Component: (await import('@/features/auth/SignIn')).SignIn }),
          },
          {
            path: 'register',
            lazy: async () => ({ Component: (await import('@/features/auth/Register')).Register }),
          },
          {
            path: 'accept-invitation',
            lazy: async () => ({ Component: (await import('@/features/auth/Accept')).Accept }),
          },
        ],
      },
      {
        Component: Shell,
        children: [
          {
            ErrorBoundary: RouteError,
            children: [
              {
                index: true,
                lazy: async () => ({ Component: (await import('@/features/home/Home')).Home }),
              },
              {
                path: 'overview',
                lazy: async () => ({ Component: (await import('@/features/overview/Overview')).Overview }),
              },
              {
                path: 'my-tasks',
                lazy: async () => ({ Component: (await import('@/features/tasks/MyTasks')).MyTasks }),
              },
              {
                path: 'members',
                lazy: async () => ({ Component: (await import('@/features/members/Members')).Members }),
              },
              {
                path: 'roles',
                lazy: async () => ({ Component: (await import('@/features/roles/Roles')).Roles }),
              },
              {
                path: 'audit',
                lazy: async () => ({ Component: (await import('@/features/audit/Audit')).Audit }),
              },
              {
                path: 'settings',
                lazy: async () => ({ Component: (await import('@/features/settings/Settings')).Settings }),
              },
              {
                path: 'api-docs',
                lazy: async () => ({ Component: (await import('@/features/apidocs/ApiDocs')).ApiDocs }),
              },
              {
                path: 'sessions',
                lazy: async () => ({ Component: (await import('@/features/sessions/Sessions')).Sessions }),
              },
              {
                path: 'api-keys',
                lazy: async () => ({ Component: (await import('@/features/apikeys/ApiKeys')).ApiKeys }),
              },
              {
                path: 'custom-fields',
                lazy: async () => ({
                  Component: (await import('@/features/customfields/CustomFields')).CustomFields,
                }),
              },
              {
                path: 'picklists',
                lazy: async () => ({ Component: (await import('@/features/picklists/Picklists')).Picklists }),
              },
              {
                path: 'pipelines',
                lazy: async () => ({ Component: (await import('@/features/pipelines/Pipelines')).Pipelines }),
              },
              {
                path: 'trash',
                lazy: async () => ({ Component: (await import('@/features/trash/Trash')).Trash }),
              },
              {
                path: 'account',
                lazy: async () => ({ Component: (await import('@/features/account/Account')).Account }),
              },
              {
                path: 'import',
                lazy: async () => ({ Component: (await import('@/features/imports/Import')).Import }),
              },
              {
                path: 'import/:id',
                lazy: async () => ({ Component: (await import('@/features/imports/ImportPage')).ImportPage }),
              },
              {
                path: ':entity',
                lazy: async () => ({ Component: (await import('@/records/list/ListPage')).ListPage }),
              },
              {
                path: ':entity/new',
                lazy: async () => ({ Component: (await import('@/records/list/ListPage')).ListPage }),
              },
              {
                path: ':entity/:id',
                lazy: async () => ({ Component: (await import('@/records/record/RecordPage')).RecordPage }),
              },
              { path: '*', Component: NotFound },
            ],
          },
        ],
      },
    ],
  },
];

export const makeRouter = () => createBrowserRouter(routes);
