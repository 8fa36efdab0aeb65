/* SPDX-License-Identifier: Apache-2.0 */
/* Pages that are not the list of an entity: where they stand in the sidebar and the palette, and for whom. */
import {
  BookOpen,
  Building,
  ChartNoAxesColumn,
  Funnel,
  House,
  Inbox,
  KeyRound,
  List,
  type LucideIcon,
  MonitorSmartphone,
  ScrollText,
  Send,
  ShieldCheck,
  SquareCheck,
  TextCursorInput,
  Trash2,
  Upload,
  UserCog,
} from 'lucide-react';
import { findEntity, isPartner, may } from '@/api/meta';
import type { Meta } from '@/api/types';

const mayRead = (meta: Meta, name: string): boolean => {
  const entity = findEntity(meta, name);
  return entity !== undefined && may(entity, 'read');
};

const administers = (meta: Meta): boolean => Boolean(meta.can.administer);

/** Who reads only what concerns their own records finds that on the pages of these. */
const readsLog = (meta: Meta): boolean => findEntity(meta, 'change')?.access.read === 'all';

export type Page = {
  path: string;
  /** Of the catalogue, under `nav`. */
  label:
    | 'home'
    | 'myTasks'
    | 'submitLead'
    | 'leads'
    | 'people'
    | 'overview'
    | 'import'
    | 'trash'
    | 'members'
    | 'roles'
    | 'audit'
    | 'pipelines'
    | 'picklists'
    | 'customFields'
    | 'settings'
    | 'apiKeys'
    | 'apiDocs'
    | 'sessions';
  icon: LucideIcon;
  /** What stands in the palette only has a button of its own elsewhere. */
  place: 'top' | 'foot' | 'admin' | 'palette';
  for: (meta: Meta) => boolean;
};

const pages: Page[] = [
  { path: '/', label: 'home', icon: House, place: 'top', for: () => true },
  {
    path: '/my-tasks',
    label: 'myTasks',
    icon: SquareCheck,
    place: 'top',
    for: (meta) => mayRead(meta, 'task'),
  },
  { path: '/leads/new', label: 'submitLead', icon: Send, place: 'palette', for: isPartner },
  { path: '/leads', label: 'leads', icon: Inbox, place: 'top', for: isPartner },
  {
    path: '/people',
    label: 'people',
    icon: UserCog,
    place: 'top',
    for: (meta) => isPartner(meta) && Boolean(meta.can.invite),
  },
  {
    path: '/overview',
    label: 'overview',
    icon: ChartNoAxesColumn,
    place: 'top',
    for: (meta) =>
      !isPartner(meta) && ['deal', 'task', 'event', 'invoice'].some((name) => mayRead(meta, name)),
  },
  { path: '/import', label: 'import', icon: Upload, place: 'foot', for: (meta) => Boolean(meta.can.import) },
  { path: '/trash', label: 'trash', icon: Trash2, place: 'foot', for: (meta) => !isPartner(meta) },
  { path: '/settings', label: 'settings', icon: Building, place: 'admin', for: administers },
  {
    path: '/members',
    label: 'members',
    icon: UserCog,
    place: 'admin',
    for: administers,
  },
  {
    path: '/roles',
    label: 'roles',
    icon: ShieldCheck,
    place: 'admin',
    for: administers,
  },
  { path: '/custom-fields', label: 'customFields', icon: TextCursorInput, place: 'admin', for: administers },
  { path: '/picklists', label: 'picklists', icon: List, place: 'admin', for: administers },
  { path: '/pipelines', label: 'pipelines', icon: Funnel, place: 'admin', for: administers },
  { path: '/sessions', label: 'sessions', icon: MonitorSmartphone, place: 'admin', for: administers },
  { path: '/api-keys', label: 'apiKeys', icon: KeyRound, place: 'admin', for: administers },
  { path: '/api-docs', label: 'apiDocs', icon: BookOpen, place: 'admin', for: (meta) => !isPartner(meta) },
  { path: '/audit', label: 'audit', icon: ScrollText, place: 'admin', for: readsLog },
];

export const pagesFor = (meta: Meta, place?: Page['place']): Page[] =>
  pages.filter((page) => (!place || page.place === place) && page.for(meta));
