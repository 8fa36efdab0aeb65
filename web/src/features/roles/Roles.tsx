/* SPDX-License-Identifier: Apache-2.0 */
/* Roles: who may do what to whose records. What is clicked is written at once, and holds from the next request on. */

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus, ShieldCheck, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { remove } from '@/api/client';
import { firstMessageOf } from '@/api/message';
import { useMeta } from '@/api/meta';
import { ErrorNotice } from '@/app/ErrorBoundary';
import { NotFound } from '@/app/NotFound';
import { PageHead } from '@/app/PageHead';
import { cn } from '@/lib/cn';
import { Skeleton } from '@/ui/bits';
import { Button } from '@/ui/button';
import { toast } from '@/ui/toast';
import {
  type Access,
  accessQuery,
  type FieldRule,
  named,
  type Role,
  type RoleVerb,
  rolesQuery,
  type Scope,
  setFieldRule,
  setScope,
  withFieldRule,
  withScope,
} from './data';
import { Matrix } from './Matrix';
import { NewRole } from './NewRole';

/** Writes one answer: shown at once, taken back when it is refused. */
function useRules(role: Role) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { queryKey } = accessQuery(role.id);
  const write = useMutation({
    mutationFn: ({ send }: { send: () => Promise<unknown>; shown: (access: Access) => Access }) => send(),
    onMutate: async ({ shown }) => {
      await client.cancelQueries({ queryKey });
      const before = client.getQueryData<Access>(queryKey);
      if (before) client.setQueryData(queryKey, shown(before));
      return { before };
    },
    onError: (error, _, context) => {
      if (context?.before) client.setQueryData(queryKey, context.before);
      toast.bad(t('roles.refused'), { description: firstMessageOf(error) });
    },
    onSettled: () => client.invalidateQueries({ queryKey }),
  });
  return {
    onScope: (entity: string, verb: RoleVerb, scope: Scope, isPreset: boolean) =>
      write.mutate({
        send: () => setScope(role.id, entity, verb, isPreset ? null : scope),
        shown: (access) => withScope(access, entity, verb, scope),
      }),
    onField: (entity: string, field: string, rule: FieldRule, isPreset: boolean) =>
      write.mutate({
        send: () => setFieldRule(role.id, entity, field, isPreset ? null : rule),
        shown: (access) => withFieldRule(access, entity, field, rule),
      }),
  };
}

function RolePanel({ role, preset, onRemove }: { role: Role; preset: string; onRemove: () => void }) {
  const { t } = useTranslation();
  const meta = useMeta();
  const rules = useRules(role);
  const { data, error, refetch } = useQuery(accessQuery(role.id));
  return (
    <section aria-label={role.name} className="flex min-h-0 min-w-0 flex-1 flex-col">
      <div className="flex items-center gap-3 border-line border-b px-4 py-3">
        <div className="min-w-0 flex-1">
          <h2 className="truncate font-semibold">{role.name}</h2>
          <p className="text-muted text-xs">
            {role.description ?? (role.builtIn ? t('roles.builtIn') : t('roles.from', { preset }))}
          </p>
        </div>
        {!role.builtIn && (
          <Button size="sm" onClick={onRemove}>
            <Trash2 size={14} aria-hidden />
            {t('roles.remove')}
          </Button>
        )}
      </div>
      <div className="min-h-0 flex-1 overflow-auto pb-6">
        {error ? (
          <ErrorNotice error={error} onRetry={() => void refetch()} />
        ) : data ? (
          <Matrix access={named(data, meta)} {...rules} />
        ) : (
          <div className="flex flex-col gap-5 p-5">
            {[0, 1, 2, 3, 4, 5].map((row) => (
              <Skeleton key={row} className="h-4 w-full" />
            ))}
          </div>
        )}
      </div>
    </section>
  );
}

export function Roles() {
  const { t } = useTranslation();
  const { can } = useMeta();
  const client = useQueryClient();
  const [params, setParams] = useSearchParams();
  const [making, setMaking] = useState(false);
  const { data: roles, error, refetch } = useQuery({ ...rolesQuery, enabled: Boolean(can.administer) });
  if (!can.administer) return <NotFound />;
  const role = roles?.find((r) => r.key === params.get('role')) ?? roles?.find((r) => r.key === 'user');
  const choose = (key: string) => setParams({ role: key }, { replace: true });
  const discard = async (gone: Role) => {
    try {
      await remove(`/api/v1/roles/${gone.id}`);
      toast.good(t('roles.removed', { name: gone.name }));
      setParams({}, { replace: true });
      await client.invalidateQueries({ queryKey: ['list', 'role'] });
    } catch (cause) {
      toast.bad(t('roles.notRemoved', { name: gone.name }), {
        description: firstMessageOf(cause),
      });
    }
  };
  return (
    <>
      <PageHead
        name={t('nav.roles')}
        icon={<ShieldCheck size={16} strokeWidth={1.75} aria-hidden />}
        title={<h1 className="font-semibold text-base">{t('nav.roles')}</h1>}
      >
        <Button look="primary" size="sm" onClick={() => setMaking(true)}>
          <Plus size={14} aria-hidden />
          {t('roles.new')}
        </Button>
      </PageHead>
      {error ? (
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      ) : (
        <div className="flex min-h-0 flex-1 flex-col md:flex-row">
          <nav
            aria-label={t('nav.roles')}
            className="flex shrink-0 gap-px overflow-x-auto border-line p-2 max-md:border-b md:w-52 md:flex-col md:border-r"
          >
            {roles?.map((one) => (
              <button
                key={one.id}
                type="button"
                aria-current={one.id === role?.id}
                onClick={() => choose(one.key)}
                className={cn(
                  'flex h-8 shrink-0 items-center rounded-md px-2.5 text-left text-sm',
                  one.id === role?.id ? 'bg-active font-medium' : 'text-muted hover:bg-hover hover:text-text',
                )}
              >
                <span className="truncate">{one.name}</span>
              </button>
            ))}
          </nav>
          {role && (
            <RolePanel
              key={role.id}
              role={role}
              preset={roles?.find((r) => r.key === role.preset)?.name ?? role.preset}
              onRemove={() => void discard(role)}
            />
          )}
        </div>
      )}
      {making && (
        <NewRole
          presets={roles?.filter((r) => r.builtIn) ?? []}
          onMade={(made) => {
            setMaking(false);
            choose(made.key);
            void client.invalidateQueries({ queryKey: ['list', 'role'] });
          }}
          onClose={() => setMaking(false)}
        />
      )}
    </>
  );
}
