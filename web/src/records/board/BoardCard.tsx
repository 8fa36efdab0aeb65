/* SPDX-License-Identifier: Apache-2.0 */
/* A record as a card: its title, and the first few facts of the list's columns. */

import { Draggable, type DraggableProvidedDragHandleProps } from '@hello-pangea/dnd';
import { Ellipsis } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { recordPath } from '@/api/records';
import type { EntityMeta, FieldMeta, RecordData } from '@/api/types';
import { FieldValue } from '@/fields/display';
import { isEmpty, queryName, readValue } from '@/fields/value';
import { cn } from '@/lib/cn';
import { titleOf } from '@/lib/title';
import { Menu, MenuItem, MenuLabel } from '@/ui/overlay';

const FACTS = 4;

/** The library would call a card a button, within which no link may stand. */
function handleOf(props: DraggableProvidedDragHandleProps | null) {
  const { role: _role, ...rest } = props ?? { role: '' };
  return rest;
}

export type MoveTarget = { key: string; label: string };

export const BoardCard = memo(function BoardCard(props: {
  entity: EntityMeta;
  record: RecordData;
  index: number;
  facts: FieldMeta[];
  movable: boolean;
  column: string;
  targets: MoveTarget[];
  onMove: (id: string, to: string) => void;
}) {
  const { t } = useTranslation();
  const { entity, record, index, facts, movable, column, targets, onMove } = props;
  const title = titleOf(entity, record) || t('list.untitled');
  const filled = facts
    .filter((field) => !isEmpty(readValue(record, field)) && readValue(record, field) !== false)
    .slice(0, FACTS);
  return (
    <Draggable draggableId={record.id} index={index} isDragDisabled={!movable}>
      {(drag, { isDragging }) => (
        <article
          ref={drag.innerRef}
          {...drag.draggableProps}
          {...handleOf(drag.dragHandleProps)}
          aria-label={title}
          data-card={record.id}
          className={cn(
            'group/card relative mb-2 rounded-lg bg-raised p-3 shadow-panel outline-offset-0',
            isDragging && 'shadow-pop ring-1 ring-accent',
          )}
        >
          <div className="flex items-start gap-1">
            <Link
              to={recordPath(entity, record.id)}
              draggable={false}
              className="line-clamp-2 min-w-0 flex-1 rounded-sm font-medium hover:underline"
            >
              {title}
            </Link>
            {movable && (
              <Menu
                align="end"
                className="max-h-80 overflow-y-auto"
                trigger={
                  <button
                    type="button"
                    aria-label={t('board.moveCard', { title })}
                    className="-mt-1 -mr-1.5 rounded p-1 text-faint opacity-0 hover:bg-hover focus-visible:opacity-100 group-hover/card:opacity-100 data-popup-open:opacity-100 max-md:opacity-100"
                  >
                    <Ellipsis size={14} aria-hidden />
                  </button>
                }
              >
                <MenuLabel>{t('board.moveTo')}</MenuLabel>
                {targets
                  .filter((target) => target.key !== column)
                  .map((target) => (
                    <MenuItem key={target.key} onClick={() => onMove(record.id, target.key)}>
                      {target.label}
                    </MenuItem>
                  ))}
              </Menu>
            )}
          </div>
          {filled.length > 0 && (
            <dl className="reach mt-1 flex flex-wrap items-center gap-x-3 text-muted text-xs">
              {filled.map((field) => (
                <div key={queryName(field)} className="flex min-h-6 min-w-0 items-center">
                  <dt className="sr-only">{field.label}</dt>
                  <dd
                    title={field.label}
                    className={cn(
                      'min-w-0 max-w-full truncate',
                      field.type === 'money' && 'font-medium text-text',
                    )}
                  >
                    <FieldValue field={field} value={readValue(record, field)} record={record} dense />
                  </dd>
                </div>
              ))}
            </dl>
          )}
        </article>
      )}
    </Draggable>
  );
});
