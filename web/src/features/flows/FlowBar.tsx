/* SPDX-License-Identifier: Apache-2.0 */
/* The steps of a record: the next one as the one filled button, usual ones beside it, rare ones in the menu. */

import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMeta } from '@/api/meta';
import type { EntityMeta, RecordData } from '@/api/types';
import { creating } from '@/app/stores';
import { word } from '@/i18n';
import { useNarrow } from '@/lib/narrow';
import { Button } from '@/ui/button';
import { MenuItem, MenuSeparator } from '@/ui/overlay';
import { type Flow, flowsFor } from './flow';
import { flows } from './table';
import { tellRefusal, useFlow } from './useFlow';

const FlowDialog = lazy(() => import('./FlowDialog').then((module) => ({ default: module.FlowDialog })));

/** How many steps stand beside the menu, the next one among them. */
const SHOWN = 3;

export type Steps = {
  buttons: ReactNode;
  menu: ReactNode;
  dialog: ReactNode;
  start: (flow: Flow) => void;
};

export function useSteps(entity: EntityMeta, record: RecordData, etag: string | null): Steps {
  useTranslation();
  const narrow = useNarrow();
  const { run, busy } = useFlow(entity, record, etag);
  const [open, setOpen] = useState<Flow | null>(null);
  const possible = flowsFor(flows, entity, record, useMeta());
  const next = possible.find((flow) => flow.place === 'next');
  const beside = possible
    .filter((flow) => flow !== next && flow.place !== 'rare')
    .slice(0, narrow ? 0 : SHOWN - (next ? 1 : 0));
  const rest = possible.filter((flow) => flow !== next && !beside.includes(flow));
  const label = (flow: Flow) => word(`flow.${entity.name}.${flow.key}.label`);
  const start = (flow: Flow) => {
    if (flow.opens) creating.set(flow.opens(record));
    else if (flow.fields || flow.asks || flow.Dialog) setOpen(flow);
    else run(flow).catch(tellRefusal);
  };
  const button = (flow: Flow, look: 'primary' | 'outline') => (
    <Button
      key={flow.key}
      size="sm"
      look={look}
      busy={busy === flow.key}
      disabled={busy !== null}
      onClick={() => start(flow)}
    >
      <flow.icon size={14} aria-hidden />
      {label(flow)}
    </Button>
  );
  const Own = open?.Dialog;
  const done = () => setOpen(null);
  return {
    start,
    buttons: (
      <>
        {beside.map((flow) => button(flow, 'outline'))}
        {next && button(next, 'primary')}
      </>
    ),
    menu: rest.length > 0 && (
      <>
        {rest.map((flow) => (
          <MenuItem key={flow.key} danger={flow.danger ?? false} onClick={() => start(flow)}>
            <flow.icon size={14} className={flow.danger ? '' : 'text-muted'} aria-hidden />
            {label(flow)}
          </MenuItem>
        ))}
        <MenuSeparator />
      </>
    ),
    dialog: open && (
      <Suspense fallback={null}>
        {Own ? (
          <Own entity={entity} record={record} etag={etag} onDone={done} />
        ) : (
          <FlowDialog flow={open} entity={entity} record={record} etag={etag} onDone={done} />
        )}
      </Suspense>
    ),
  };
}
