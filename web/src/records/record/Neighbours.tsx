/* SPDX-License-Identifier: Apache-2.0 */
/* The record before and the one after, in the list one came from; `k` and `j` on the keyboard. */

import { useQueryClient } from '@tanstack/react-query';
import { ChevronDown, ChevronUp } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { recordPath } from '@/api/records';
import type { EntityMeta } from '@/api/types';
import { useHotkeys } from '@/app/hotkeys';
import { Button } from '@/ui/button';
import { findTrail, neighboursOf, type Trail } from './trail';

// Stays while one steps through it: a list that is read again meanwhile may hold other rows.
let trail: Trail | null = null;

export function Neighbours({ entity, id }: { entity: EntityMeta; id: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const here = useMemo(() => {
    if (trail?.entity !== entity.name || !trail.ids.includes(id)) trail = findTrail(client, entity.name, id);
    return neighboursOf(trail, id);
  }, [client, entity.name, id]);
  const go = (to: string | null | undefined) => {
    // The tab stays: one reads the same part of each.
    if (to) void navigate({ pathname: recordPath(entity, to), search: window.location.search });
  };
  useHotkeys({ k: () => go(here?.before), j: () => go(here?.after) });
  if (!here) return null;
  return (
    <div className="flex items-center max-sm:hidden">
      <span className="px-1 text-faint text-xs tabular-nums">
        {t('record.place', { place: here.place, count: here.count })}
      </span>
      <Button
        look="ghost"
        size="iconSm"
        disabled={!here.before}
        aria-label={t('record.before')}
        title={t('record.before')}
        onClick={() => go(here.before)}
      >
        <ChevronUp size={16} aria-hidden />
      </Button>
      <Button
        look="ghost"
        size="iconSm"
        disabled={!here.after}
        aria-label={t('record.after')}
        title={t('record.after')}
        onClick={() => go(here.after)}
      >
        <ChevronDown size={16} aria-hidden />
      </Button>
    </div>
  );
}
