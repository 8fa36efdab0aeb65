/* SPDX-License-Identifier: Apache-2.0 */
/* Names of other records, and the search among them. */

import { useQuery } from '@tanstack/react-query';
import { useContext, useDeferredValue, useMemo, useState } from 'react';
import { Link } from 'react-router';
import { labelQuery } from '@/api/labels';
import { findEntity, MetaContext } from '@/api/meta';
import { listQuery, recordPath } from '@/api/records';
import type { EntityMeta, FieldMeta, Json, RecordData } from '@/api/types';
import { useStageScope } from '@/features/pipelines/scope';
import { t } from '@/i18n';
import { titleOf } from '@/lib/title';
import { Avatar, Skeleton, Tag } from '@/ui/bits';
import type { PickerOption } from '@/ui/picker';
import type { InputProps } from '../kind';
import { scopeOf } from './scope';

export function useTarget(field: FieldMeta): EntityMeta | undefined {
  const meta = useContext(MetaContext);
  return meta && field.references ? findEntity(meta, field.references) : undefined;
}

const colorOf = (record: { [field: string]: Json | undefined }): string | null =>
  typeof record['color'] === 'string' ? record['color'] : null;

/** People carry a face, tags and stages a colour, anything else just its name. */
export function RecordName({
  entity,
  record,
}: {
  entity: EntityMeta;
  record: { [f: string]: Json | undefined };
}) {
  const title = titleOf(entity, record) || '—';
  const color = colorOf(record);
  if (entity.name === 'user') {
    return (
      <span className="inline-flex min-w-0 max-w-full items-center gap-1.5">
        <Avatar name={title} />
        <span className="truncate">{title}</span>
      </span>
    );
  }
  if (color || entity.name === 'tag' || entity.name === 'stage') {
    return (
      <Tag tone={color} dot={entity.name === 'stage'}>
        {title}
      </Tag>
    );
  }
  return (
    <span className="inline-flex min-w-0 max-w-full items-center gap-1.5">
      {entity.name === 'company' && <Avatar name={title} square size={16} />}
      <span className="truncate">{title}</span>
    </span>
  );
}

/** The name behind an id; asks the server unless the record came with it. */
export function IdName(props: { field: FieldMeta; id: string; included?: Json | undefined; link?: boolean }) {
  const target = useTarget(props.field);
  const given =
    props.included && typeof props.included === 'object' && !Array.isArray(props.included)
      ? (props.included as RecordData)
      : null;
  // An included record carries its title only; where a colour belongs to it, it must be asked for.
  const coloured = target?.fields.some((f) => f.name === 'color') ?? false;
  const asked = useQuery(labelQuery(given && !coloured ? undefined : target, props.id));
  const record = asked.data ?? given ?? null;
  if (!target) return <span className="text-muted">{props.id}</span>;
  if (!record)
    return asked.isPending ? <Skeleton className="h-3.5 w-20" /> : <span className="text-faint">—</span>;
  const name = <RecordName entity={target} record={record} />;
  if (!props.link || target.name === 'tag' || target.name === 'stage') return name;
  return (
    <Link
      to={recordPath(target, props.id)}
      onClick={(event) => event.stopPropagation()}
      className="inline-flex min-w-0 max-w-full rounded-sm hover:text-accent"
    >
      {name}
    </Link>
  );
}

function searchOf(
  target: EntityMeta,
  text: string,
  pipelines: string,
  scope: Record<string, string>,
): string {
  const params = new URLSearchParams({ ...scope, limit: '20' });
  if (pipelines) params.set('pipelineId[in]', pipelines);
  const needle = text.trim();
  const first = target.titleFields[0];
  const has = (name: string) => target.fields.some((f) => f.name === name && f.sortable !== false);
  if (needle && target.searchable) params.set('q', needle);
  else if (needle && first) params.set(`${first}[contains]`, needle);
  else if (has('position')) params.set('sort', 'position');
  else if (first && has(first)) params.set('sort', first);
  return params.toString();
}

const noRecord = {};

/** Options of a reference field, searched on the server; `me` is offered where people are filtered by. */
export function useRecordOptions(
  field: FieldMeta,
  {
    withMe = false,
    withTeam = false,
    record = noRecord,
  }: { withMe?: boolean; withTeam?: boolean; record?: InputProps['record'] } = {},
) {
  const target = useTarget(field);
  const [text, setText] = useState('');
  const late = useDeferredValue(text);
  const pipelines = useStageScope(target?.name);
  const ready = target && pipelines !== null;
  // Templates are listed only where one asks for them.
  const scope = {
    ...scopeOf(target, record),
    ...(field.name === 'templateId' ? { isTemplate: 'true' } : {}),
  };
  const found = useQuery(
    listQuery(ready ? target : undefined, ready ? searchOf(target, late, pipelines, scope) : ''),
  );
  const options = useMemo((): PickerOption[] => {
    if (!target || !found.data) return [];
    const rows = found.data.data.map((record) => ({
      value: record.id,
      label: titleOf(target, record),
      render: <RecordName entity={target} record={record} />,
    }));
    if (!withMe || target.name !== 'user' || late) return rows;
    const team = withTeam ? [{ value: 'myTeam', label: t('filter.myTeam') }] : [];
    return [{ value: 'me', label: t('filter.me') }, ...team, ...rows];
  }, [target, found.data, withMe, withTeam, late]);
  return { options, busy: found.isPending, onSearch: setText };
}
