/* SPDX-License-Identifier: Apache-2.0 */
/* One change of one record: what was done to which, and its before → after. */

import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { labelQuery } from '@/api/labels';
import { findEntity, useMeta } from '@/api/meta';
import { recordPath } from '@/api/records';
import type { EntityMeta, RecordData } from '@/api/types';
import { EntityIcon } from '@/app/icons';
import { isPart } from '@/app/nav';
import { titleOf } from '@/lib/title';
import { DiffLines } from '@/records/timeline/DiffLines';
import { linesOf, wordsOf } from '@/records/timeline/diff';
import { Skeleton } from '@/ui/bits';
import type { Logged } from './data';
import { deedOf, nounOf } from './words';

/** Signed in, signed out: it is about nobody but who did it. */
const isOfOneself = (change: Logged): boolean =>
  change.entity === 'user' && change.recordId === change.actorId;

/** Parts have no page of their own: they are seen on the page of what they belong to. */
function pathOf(change: Logged, entity: EntityMeta, parent: EntityMeta | undefined): string | null {
  if (parent) return change.parentId ? recordPath(parent, change.parentId) : null;
  return isPart(entity) && entity.name !== 'user' ? null : recordPath(entity, change.recordId);
}

function Title({ change, record, waits }: { change: Logged; record: RecordData | null; waits: boolean }) {
  const { t } = useTranslation();
  const meta = useMeta();
  const entity = findEntity(meta, change.entity);
  if (change.entity === 'changeset') {
    return (
      <Link to={`/audit?changeset=${change.recordId}`} className="rounded-sm font-medium hover:text-accent">
        {nounOf(meta, change.entity)}
      </Link>
    );
  }
  if (!entity) return null;
  if (!record)
    return waits ? (
      <Skeleton className="inline-block h-3.5 w-24" />
    ) : (
      <i className="text-faint">{t('audit.gone')}</i>
    );
  const parent = entity.nestedIn ? findEntity(meta, entity.nestedIn) : undefined;
  // A series is known by the kind of its documents.
  const name = titleOf(entity, record);
  const title = entity.name === 'number_series' ? wordsOf(name) : name;
  const path = record['deletedAt'] && !parent ? null : pathOf(change, entity, parent);
  if (!title) return null;
  return path ? (
    <Link to={path} className="min-w-0 truncate rounded-sm font-medium hover:text-accent">
      {title}
    </Link>
  ) : (
    <span className="min-w-0 truncate font-medium">{title}</span>
  );
}

export function useLoggedRecord(change: Logged) {
  const entity = findEntity(useMeta(), change.entity);
  const { data, isPending } = useQuery(labelQuery(entity, change.recordId, true));
  return { entity, record: data ?? null, waits: entity !== undefined && isPending };
}

/** "created the quote QUO-2026-0004". */
export function Deed({ change }: { change: Logged }) {
  const meta = useMeta();
  const { record, waits } = useLoggedRecord(change);
  if (isOfOneself(change) && !change.diff) return <span className="text-muted">{deedOf(change.action)}</span>;
  return (
    <span className="inline-flex min-w-0 max-w-full items-center gap-x-1.5">
      <span className="shrink-0 text-muted">
        {deedOf(change.action)} {change.entity !== 'changeset' && nounOf(meta, change.entity)}
      </span>
      <Title change={change} record={record} waits={waits} />
    </span>
  );
}

export function Differences({ change }: { change: Logged }) {
  const { entity, record } = useLoggedRecord(change);
  const lines = change.action === 'create' || !change.diff ? [] : linesOf(entity, change.diff);
  return lines.length > 0 && <DiffLines lines={lines} record={record ?? {}} />;
}

export function ChangeRow({ change }: { change: Logged }) {
  const { entity } = useLoggedRecord(change);
  return (
    <li className="min-w-0 py-1">
      <div className="flex min-h-6 min-w-0 items-center gap-2">
        <span className="shrink-0 text-faint">{entity && <EntityIcon entity={entity} size={14} />}</span>
        <Deed change={change} />
      </div>
      <div className="pl-5.5">
        <Differences change={change} />
      </div>
    </li>
  );
}
