/* SPDX-License-Identifier: Apache-2.0 */
/* Saved views at the head of a list: choose, save, rename, share, make default, delete. */

import { useQueryClient } from '@tanstack/react-query';
import { Check, ChevronDown, Layers, Lock, Pencil, Star, Trash2, Users } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { messageOf } from '@/api/message';
import { useEntity, useMeta } from '@/api/meta';
import type { EntityMeta } from '@/api/types';
import {
  changeView,
  createView,
  deleteView,
  type SharedWith,
  setDefaultView,
  unsetDefaultView,
  type View,
} from '@/api/views';
import { cn } from '@/lib/cn';
import { Button } from '@/ui/button';
import { ConfirmDialog } from '@/ui/confirm';
import { FormRow, Input } from '@/ui/input';
import { Dialog, Menu, MenuItem, MenuLabel, MenuSeparator } from '@/ui/overlay';
import { toast } from '@/ui/toast';
import type { Widths } from '../columns';
import { NO_VIEW } from '../filters';
import { bodyOfView, differs } from '../views';
import type { ListControl } from './useListState';

const shares: SharedWith[] = ['private', 'team', 'all'];

type Asking = 'create' | 'edit' | 'delete' | null;

function ViewForm(props: {
  view: View | null;
  busy: boolean;
  error: string;
  onCancel: () => void;
  onSave: (name: string, shared: SharedWith) => void;
}) {
  const { t } = useTranslation();
  const { view, busy, error, onCancel, onSave } = props;
  const [name, setName] = useState(view?.name ?? '');
  const [shared, setShared] = useState<SharedWith>(view?.shared ?? 'private');
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onCancel()}
      title={view ? t('view.editTitle') : t('view.createTitle')}
      className="max-w-sm"
    >
      <form
        className="flex flex-col gap-4 px-5 pb-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim()) onSave(name.trim(), shared);
        }}
      >
        <FormRow id="view-name" label={t('view.name')} error={error || undefined}>
          <Input
            id="view-name"
            value={name}
            maxLength={100}
            autoFocus
            onChange={(event) => setName(event.target.value)}
          />
        </FormRow>
        <fieldset className="flex flex-col gap-1">
          <legend className="mb-1 font-medium text-muted text-xs">{t('view.sharedWith')}</legend>
          {shares.map((one) => (
            <label
              key={one}
              htmlFor={`view-${one}`}
              className={cn(
                'flex cursor-pointer items-center gap-2 rounded-md px-2.5 py-1.5 ring-1 ring-inset',
                shared === one ? 'bg-accent-soft ring-accent' : 'ring-line hover:bg-hover',
              )}
            >
              <input
                id={`view-${one}`}
                type="radio"
                name="shared"
                className="accent-(--c-accent)"
                checked={shared === one}
                onChange={() => setShared(one)}
              />
              {t(`view.shared.${one}`)}
            </label>
          ))}
        </fieldset>
        <div className="flex justify-end gap-2">
          <Button look="ghost" onClick={onCancel} disabled={busy}>
            {t('action.cancel')}
          </Button>
          <Button type="submit" look="primary" busy={busy} disabled={!name.trim()}>
            {t('action.save')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function useViewActs(entity: EntityMeta, control: ListControl, widths: Widths) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const act = async (run: () => Promise<unknown>): Promise<boolean> => {
    setBusy(true);
    setError('');
    try {
      await run();
      await client.invalidateQueries({ queryKey: ['views'] });
      return true;
    } catch (cause) {
      setError(messageOf(cause));
      return false;
    } finally {
      setBusy(false);
    }
  };
  const told = async (run: () => Promise<unknown>, words: string) => {
    if (await act(run)) toast.good(words);
    else toast.bad(t('view.failed'));
  };
  const { state, view, open } = control;
  return {
    busy,
    error,
    clear: () => setError(''),
    create: (name: string, shared: SharedWith) =>
      act(async () => {
        const made = await createView({ name, shared, entity: entity.name, ...bodyOfView(state, widths) });
        await client.invalidateQueries({ queryKey: ['views'] });
        open(made.id);
        toast.good(t('view.created', { name }));
      }),
    edit: (name: string, shared: SharedWith) =>
      act(async () => view && changeView(view.id, { name, shared })),
    update: () =>
      view &&
      told(
        async () => {
          await changeView(view.id, bodyOfView(state, widths));
          await client.invalidateQueries({ queryKey: ['views'] });
          open(view.id);
        },
        t('view.saved', { name: view.name }),
      ),
    setDefault: () =>
      view &&
      told(
        () => (view.isDefault ? unsetDefaultView(view.id) : setDefaultView(view.id)),
        t(view.isDefault ? 'view.notDefault' : 'view.isDefault', { name: view.name }),
      ),
    remove: () =>
      act(async () => {
        if (!view) return;
        await deleteView(view.id);
        open(NO_VIEW);
        toast.good(t('view.deleted', { name: view.name }));
      }),
  };
}

const ShareIcon = ({ shared }: { shared: SharedWith }) => {
  const Icon = shared === 'private' ? Lock : Users;
  return <Icon size={13} aria-hidden className="shrink-0 text-faint" />;
};

export function ViewMenu(props: { entity: EntityMeta; control: ListControl; widths: Widths }) {
  const { t } = useTranslation();
  const { user } = useMeta();
  const viewEntity = useEntity('view');
  const { entity, control, widths } = props;
  const { state, base, view, views, open } = control;
  const acts = useViewActs(entity, control, widths);
  const [asking, setAsking] = useState<Asking>(null);
  if (!viewEntity) return null;
  const mine = views.filter((one) => one.ownerId === user.id);
  const others = views.filter((one) => one.ownerId !== user.id);
  const mayChange = view && (view.ownerId === user.id || viewEntity.access.update === 'all');
  const changed = differs(state, base);
  const close = () => {
    acts.clear();
    setAsking(null);
  };
  const item = (one: View) => (
    <MenuItem key={one.id} onClick={() => open(one.id)}>
      <ShareIcon shared={one.shared} />
      <span className="min-w-0 flex-1 truncate">{one.name}</span>
      {one.isDefault && <Star size={12} aria-label={t('view.default')} className="text-faint" />}
      {one.id === view?.id && <Check size={14} aria-hidden className="text-accent" />}
    </MenuItem>
  );
  return (
    <>
      <Menu
        className="max-h-[70vh] w-64 overflow-y-auto"
        trigger={
          <Button look="ghost" size="sm" aria-label={t('view.menu', { name: view?.name ?? t('view.all') })}>
            <Layers size={14} aria-hidden />
            <span className="max-w-40 truncate text-text">{view?.name ?? t('view.all')}</span>
            <ChevronDown size={12} aria-hidden />
          </Button>
        }
      >
        <MenuItem onClick={() => open(NO_VIEW)}>
          <Layers size={13} aria-hidden className="text-faint" />
          <span className="flex-1">{t('view.allOf', { entities: entity.labelPlural.toLowerCase() })}</span>
          {!view && <Check size={14} aria-hidden className="text-accent" />}
        </MenuItem>
        {mine.length > 0 && <MenuLabel>{t('view.mine')}</MenuLabel>}
        {mine.map(item)}
        {others.length > 0 && <MenuLabel>{t('view.others')}</MenuLabel>}
        {others.map(item)}
        <MenuSeparator />
        {view && mayChange && changed && (
          <MenuItem onClick={() => void acts.update()}>{t('view.save')}</MenuItem>
        )}
        <MenuItem onClick={() => setAsking('create')}>{t('view.saveAs')}</MenuItem>
        {view && (
          <MenuItem onClick={() => void acts.setDefault()}>
            <Star size={13} aria-hidden className="text-faint" />
            {view.isDefault ? t('view.unsetDefault') : t('view.setDefault')}
          </MenuItem>
        )}
        {view && mayChange && (
          <MenuItem onClick={() => setAsking('edit')}>
            <Pencil size={13} aria-hidden className="text-faint" />
            {t('view.edit')}
          </MenuItem>
        )}
        {view && mayChange && (
          <MenuItem danger onClick={() => setAsking('delete')}>
            <Trash2 size={13} aria-hidden />
            {t('view.delete')}
          </MenuItem>
        )}
      </Menu>
      {changed && (
        <span className="hidden items-center gap-1 lg:flex">
          {view && mayChange && (
            <Button look="outline" size="sm" busy={acts.busy} onClick={() => void acts.update()}>
              {t('view.save')}
            </Button>
          )}
          {!view && (
            <Button look="ghost" size="sm" onClick={() => setAsking('create')}>
              {t('view.saveAs')}
            </Button>
          )}
          {view && (
            <Button look="ghost" size="sm" onClick={() => open(view.id)}>
              {t('view.reset')}
            </Button>
          )}
        </span>
      )}
      {(asking === 'create' || asking === 'edit') && (
        <ViewForm
          view={asking === 'edit' ? (view ?? null) : null}
          busy={acts.busy}
          error={acts.error}
          onCancel={close}
          onSave={(name, shared) =>
            void (asking === 'edit' ? acts.edit(name, shared) : acts.create(name, shared)).then(
              (good) => good && close(),
            )
          }
        />
      )}
      {asking === 'delete' && view && (
        <ConfirmDialog
          title={t('view.deleteTitle', { name: view.name })}
          text={view.shared === 'private' ? t('view.deleteText') : t('view.deleteShared')}
          action={t('view.delete')}
          busy={acts.busy}
          onCancel={close}
          onConfirm={() => void acts.remove().then(close)}
        />
      )}
    </>
  );
}
