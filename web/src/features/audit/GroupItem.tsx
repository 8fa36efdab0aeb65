/* SPDX-License-Identifier: Apache-2.0 */
/* What somebody did in one go, and the way to take it back. */

import { Ellipsis, ListTree, Undo2, User } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMeta } from '@/api/meta';
import { useLocale } from '@/app/locale';
import { formatDateTime, formatTime } from '@/lib/format';
import { Actor } from '@/records/timeline/ChangeEntry';
import { Tag } from '@/ui/bits';
import { Button } from '@/ui/button';
import { Menu, MenuItem, MenuLabel } from '@/ui/overlay';
import { ChangeRow, Deed, Differences } from './ChangeRow';
import type { Changeset, Group, Logged } from './data';
import { deedOf, nounOf, summaryOf } from './words';

const SHOWN = 3;

type Props = {
  group: Group;
  told: Changeset | undefined;
  /** All of it is on the page: it was asked for alone. */
  whole: boolean;
  onUndo: (what: string) => void;
  onOnly: (filter: { changeset?: string; person?: string }) => void;
};

function GroupMenu({ group, told, whole, what, onUndo, onOnly }: Props & { what: string }) {
  const { t } = useTranslation();
  const meta = useMeta();
  const [{ actorId, actor }] = group.changes;
  const isMine = actorId === meta.user.id;
  const may = told && (isMine || Boolean(meta.can.administer));
  const name = actor ? [actor.firstName, actor.lastName].filter(Boolean).join(' ') : t('timeline.system');
  return (
    <Menu
      align="end"
      className="max-w-72"
      trigger={
        <Button look="ghost" size="iconSm" aria-label={`${t('audit.more_of')}: ${name} ${what}`}>
          <Ellipsis size={16} aria-hidden />
        </Button>
      }
    >
      {may && !told.revertedBy && (
        <MenuItem disabled={!told.revertible} onClick={() => onUndo(what)}>
          <Undo2 size={14} aria-hidden className="text-muted" />
          {t('audit.undo')}
        </MenuItem>
      )}
      {may && told.whyNot && <MenuLabel>{told.whyNot}</MenuLabel>}
      {group.changesetId && !whole && (
        <MenuItem onClick={() => onOnly({ changeset: group.key })}>
          <ListTree size={14} aria-hidden className="text-muted" />
          {t('audit.showAll')}
        </MenuItem>
      )}
      {actorId && (
        <MenuItem onClick={() => onOnly({ person: actorId })}>
          <User size={14} aria-hidden className="text-muted" />
          {t('audit.onlyPerson')}
        </MenuItem>
      )}
    </Menu>
  );
}

/** What follows by itself stands behind what somebody did. */
const isAlong = (change: Logged): boolean => change.entity === 'number_series';

/** In the order in which it was done. */
function Rows({ group, told, whole, onOnly }: Props) {
  const { t } = useTranslation();
  const [all, setAll] = useState(whole);
  const rows = [...group.changes].reverse().sort((a, b) => Number(isAlong(a)) - Number(isAlong(b)));
  const known = told?.counts.reduce((sum, c) => sum + c.records, 0) ?? rows.length;
  const isCut = !whole && known > rows.length && rows.length > 2 * SHOWN;
  const shown = all ? rows : rows.slice(0, SHOWN);
  return (
    <>
      <ol>
        {shown.map((change) => (
          <ChangeRow key={change.id} change={change} />
        ))}
      </ol>
      {rows.length > SHOWN && !whole && (
        <div className="flex gap-2">
          <Button look="ghost" size="sm" className="-ml-2" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? t('audit.showLess') : t('audit.showMore', { count: rows.length - SHOWN })}
          </Button>
          {all && isCut && (
            <Button look="ghost" size="sm" onClick={() => onOnly({ changeset: group.key })}>
              {t('audit.showAll')}
            </Button>
          )}
        </div>
      )}
    </>
  );
}

export function GroupItem(props: Props) {
  const { group, told } = props;
  const { t } = useTranslation();
  const meta = useMeta();
  const locale = useLocale();
  const [first] = group.changes;
  const single = group.changes.length === 1;
  const counted = told?.counts.length
    ? told.counts
    : group.changes.map(({ entity, action }) => ({ entity, action, records: 1 }));
  const what = single
    ? `${deedOf(first.action)} ${nounOf(meta, first.entity)}`
    : summaryOf(meta, counted, locale);
  return (
    <li className="flex gap-3 border-line border-b px-4 py-2.5 last:border-b-0">
      <time
        dateTime={first.at}
        title={formatDateTime(first.at, locale)}
        className="w-15 shrink-0 whitespace-nowrap pt-1 text-right text-faint text-xs tabular-nums max-sm:hidden"
      >
        {formatTime(first.at, locale)}
      </time>
      <div className="min-w-0 flex-1">
        <div className="flex min-h-6 min-w-0 flex-wrap items-center gap-x-1.5 gap-y-0.5">
          <Actor change={{ ...first, diff: {} }} />
          {single ? <Deed change={first} /> : <span className="text-muted">{what}</span>}
          <time dateTime={first.at} className="text-faint text-xs sm:hidden">
            {formatTime(first.at, locale)}
          </time>
          {told?.revertOf && <Tag tone="blue">{t('audit.isUndo')}</Tag>}
          {told?.revertedBy && <Tag tone="amber">{t('audit.undone')}</Tag>}
        </div>
        {single ? <Differences change={first} /> : <Rows {...props} />}
      </div>
      <GroupMenu {...props} what={what} />
    </li>
  );
}
