/* SPDX-License-Identifier: Apache-2.0 */
/* ⌘K: go anywhere, create anything, find a record by name. */

import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { Command } from 'cmdk';
import { CornerDownLeft, Keyboard, Monitor, Moon, Plus, Search, Sun } from 'lucide-react';
import { type ReactNode, useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { get } from '@/api/client';
import { findEntity, hasPage, may, slugOf, useMeta } from '@/api/meta';
import { recordPath } from '@/api/records';
import type { EntityMeta } from '@/api/types';
import { Kbd } from '@/ui/bits';
import { Dialog } from '@/ui/overlay';
import { EntityIcon } from './icons';
import { goLetters, groupOf, navGroups } from './nav';
import { pagesFor } from './pages';
import { creating, paletteOpen, shortcutsOpen } from './stores';
import { setTheme } from './theme';

const HITS = 4;

function Item(props: {
  value: string;
  icon: ReactNode;
  onSelect: () => void;
  hint?: ReactNode;
  children: ReactNode;
}) {
  return (
    <Command.Item
      value={props.value}
      onSelect={() => {
        paletteOpen.set(false);
        props.onSelect();
      }}
      className="flex h-9 cursor-pointer select-none items-center gap-2.5 rounded-md px-2.5 data-[selected=true]:bg-hover"
    >
      <span className="text-muted">{props.icon}</span>
      <span className="min-w-0 flex-1 truncate">{props.children}</span>
      {props.hint}
    </Command.Item>
  );
}

const groupClass =
  '[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-faint';

type Hit = { entity: string; id: string; title: string; field: string | null; snippet: string | null };

const searchQuery = (text: string) =>
  queryOptions({
    queryKey: ['search', text],
    queryFn: ({ signal }) =>
      get<{ results: Hit[] }>(
        `/api/v1/search?${new URLSearchParams({ q: text, limit: String(HITS) })}`,
        signal,
      ),
    placeholderData: keepPreviousData,
  });

/** Where the words were found, when the title does not show it: "Email grace@larkspur.example". */
function Found({ entity, hit }: { entity: EntityMeta; hit: Hit }) {
  const label = entity.fields.find((field) => field.name === hit.field)?.label;
  if (!hit.snippet) return null;
  return (
    <span className="ml-2 text-faint text-xs">
      {label} {hit.snippet}
    </span>
  );
}

function Records({ text }: { text: string }) {
  const { t } = useTranslation();
  const meta = useMeta();
  const navigate = useNavigate();
  const { data } = useQuery(searchQuery(text));
  const hits = (data?.results ?? []).flatMap((hit) => {
    const entity = findEntity(meta, hit.entity);
    return entity && hasPage(meta, entity) ? [{ entity, hit }] : [];
  });
  if (!hits.length) return null;
  return (
    <Command.Group heading={t('palette.records')} className={groupClass}>
      {hits.map(({ entity, hit }) => (
        <Item
          key={hit.id}
          // The server has matched already; the text in the value keeps the palette's own filter from hiding it.
          value={`${text} ${hit.id}`}
          icon={<EntityIcon entity={entity} />}
          hint={<span className="text-faint text-xs">{entity.label}</span>}
          onSelect={() => void navigate(recordPath(entity, hit.id))}
        >
          {hit.title}
          <Found entity={entity} hit={hit} />
        </Item>
      ))}
    </Command.Group>
  );
}

function Standing() {
  const { t } = useTranslation();
  const meta = useMeta();
  const navigate = useNavigate();
  const letters = goLetters(meta);
  const entities = navGroups(meta).flatMap((group) => group.entities);
  const makeable = entities.filter((entity) => may(entity, 'create') && groupOf(entity) !== 'admin');
  return (
    <>
      {makeable.length > 0 && (
        <Command.Group heading={t('palette.create')} className={groupClass}>
          {makeable.map((entity) => (
            <Item
              key={entity.name}
              value={`${t('palette.create')} ${t('palette.new', { entity: entity.label })}`}
              icon={<Plus size={16} strokeWidth={1.75} aria-hidden />}
              onSelect={() => creating.set({ entity: entity.name, defaults: {} })}
            >
              {t('palette.new', { entity: entity.label.toLowerCase() })}
            </Item>
          ))}
        </Command.Group>
      )}
      <Command.Group heading={t('palette.goTo')} className={groupClass}>
        {pagesFor(meta).map(({ path, label, icon: Icon }) => (
          <Item
            key={path}
            value={`${t('palette.goTo')} ${t(`nav.${label}`)}`}
            icon={<Icon size={16} strokeWidth={1.75} aria-hidden />}
            hint={path === '/' ? <Keys keys={['G', 'H']} /> : null}
            onSelect={() => void navigate(path)}
          >
            {t(`nav.${label}`)}
          </Item>
        ))}
        {entities.map((entity) => {
          const letter = letters.get(slugOf(entity));
          return (
            <Item
              key={entity.name}
              value={`${t('palette.goTo')} ${entity.labelPlural}`}
              icon={<EntityIcon entity={entity} />}
              hint={letter ? <Keys keys={['G', letter.toUpperCase()]} /> : null}
              onSelect={() => void navigate(`/${slugOf(entity)}`)}
            >
              {entity.labelPlural}
            </Item>
          );
        })}
      </Command.Group>
      <Command.Group heading={t('palette.actions')} className={groupClass}>
        <Item
          value={`${t('theme.label')} ${t('theme.light')}`}
          icon={<Sun size={16} aria-hidden />}
          onSelect={() => setTheme('light')}
        >
          {t('theme.label')}: {t('theme.light')}
        </Item>
        <Item
          value={`${t('theme.label')} ${t('theme.dark')}`}
          icon={<Moon size={16} aria-hidden />}
          onSelect={() => setTheme('dark')}
        >
          {t('theme.label')}: {t('theme.dark')}
        </Item>
        <Item
          value={`${t('theme.label')} ${t('theme.system')}`}
          icon={<Monitor size={16} aria-hidden />}
          onSelect={() => setTheme('system')}
        >
          {t('theme.label')}: {t('theme.system')}
        </Item>
        <Item
          value={t('palette.shortcuts')}
          icon={<Keyboard size={16} aria-hidden />}
          onSelect={() => shortcutsOpen.set(true)}
        >
          {t('palette.shortcuts')}
        </Item>
      </Command.Group>
    </>
  );
}

const Keys = ({ keys }: { keys: string[] }) => (
  <span className="flex gap-1">
    {keys.map((key) => (
      <Kbd key={key}>{key}</Kbd>
    ))}
  </span>
);

export default function CommandPalette() {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const late = useDeferredValue(text.trim());
  return (
    <Dialog open onOpenChange={paletteOpen.set} title={t('palette.label')} bare className="max-w-xl">
      <Command label={t('palette.label')} loop className="flex min-h-0 flex-col">
        <div className="flex h-12 shrink-0 items-center gap-2.5 border-line border-b px-4">
          <Search size={16} className="text-faint" aria-hidden />
          <Command.Input
            value={text}
            onValueChange={setText}
            placeholder={t('palette.placeholder')}
            className="h-full flex-1 bg-transparent text-base outline-none"
          />
          <Kbd>Esc</Kbd>
        </div>
        <Command.List className="max-h-[min(60vh,420px)] overflow-y-auto px-2 pb-2">
          <Command.Empty className="py-8 text-center text-muted">{t('palette.none')}</Command.Empty>
          {late.length > 1 && <Records text={late} />}
          <Standing />
        </Command.List>
        <div className="flex h-9 shrink-0 items-center gap-2 border-line border-t px-4 text-faint text-xs">
          <CornerDownLeft size={12} aria-hidden /> {t('palette.open')}
        </div>
      </Command>
    </Dialog>
  );
}
