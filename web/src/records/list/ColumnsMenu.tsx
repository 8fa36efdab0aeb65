/* SPDX-License-Identifier: Apache-2.0 */
/* Which columns, and in what order: ticked to choose, dragged (or moved by the keyboard) to order. */

import { DragDropContext, Draggable, Droppable, type DropResult } from '@hello-pangea/dnd';
import { GripVertical, Search } from 'lucide-react';
import { useState } from 'react';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import type { EntityMeta, FieldMeta } from '@/api/types';
import { queryName } from '@/fields/value';
import { cn } from '@/lib/cn';
import { Button } from '@/ui/button';
import { Checkbox } from '@/ui/checkbox';
import { columnChoices } from '../columns';

export function moved<T>(list: T[], from: number, to: number): T[] {
  const next = [...list];
  const [item] = next.splice(from, 1);
  if (item !== undefined) next.splice(to, 0, item);
  return next;
}

export default function ColumnsMenu(props: {
  entity: EntityMeta;
  shown: FieldMeta[];
  onChange: (columns: string[] | null) => void;
}) {
  const { t } = useTranslation();
  const { entity, shown, onChange } = props;
  const [text, setText] = useState('');
  const needle = text.trim().toLowerCase();
  const names = shown.map(queryName);
  const hidden = columnChoices(entity).filter(
    (field) => !names.includes(queryName(field)) && field.label.toLowerCase().includes(needle),
  );
  const onDragEnd = ({ source, destination }: DropResult) => {
    if (destination && destination.index !== source.index)
      onChange(moved(names, source.index, destination.index));
  };
  return (
    <div className="flex max-h-[70vh] w-68 flex-col">
      <div className="flex h-9 shrink-0 items-center gap-2 border-line border-b px-2.5">
        <Search size={14} className="shrink-0 text-faint" aria-hidden />
        <input
          className="h-full w-full bg-transparent text-sm outline-none"
          placeholder={t('picker.search')}
          aria-label={t('columns.search')}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto p-1">
        <p className="px-2 pt-1 pb-0.5 font-medium text-faint text-xs">{t('columns.shown')}</p>
        <DragDropContext onDragEnd={onDragEnd} dragHandleUsageInstructions={t('columns.dragHint')}>
          <Droppable droppableId="columns">
            {(drop) => (
              <ul ref={drop.innerRef} {...drop.droppableProps}>
                {shown.map((field, index) => (
                  <Draggable key={queryName(field)} draggableId={queryName(field)} index={index}>
                    {(drag, { isDragging }) => {
                      const line = (
                        <li
                          ref={drag.innerRef}
                          {...drag.draggableProps}
                          className={cn(
                            'flex h-8 items-center gap-0.5 rounded-md pr-2 hover:bg-hover',
                            isDragging && 'z-80 bg-raised shadow-pop',
                            needle && !field.label.toLowerCase().includes(needle) && 'opacity-40',
                          )}
                        >
                          {/* biome-ignore lint/a11y/useSemanticElements: the library needs it to be no button of the browser's */}
                          <span
                            role="button"
                            tabIndex={0}
                            {...drag.dragHandleProps}
                            aria-label={t('columns.move', { field: field.label })}
                            className="flex h-full items-center rounded px-1 text-faint"
                          >
                            <GripVertical size={14} aria-hidden />
                          </span>
                          <Checkbox
                            label={t('columns.hide', { field: field.label })}
                            checked
                            onChange={() => onChange(names.filter((name) => name !== queryName(field)))}
                          />
                          <span className="min-w-0 truncate">{field.label}</span>
                        </li>
                      );
                      // Inside a popup that is itself moved by a transform, what is dragged would be off its place.
                      return isDragging ? createPortal(line, document.body) : line;
                    }}
                  </Draggable>
                ))}
                {drop.placeholder}
              </ul>
            )}
          </Droppable>
        </DragDropContext>
        {hidden.length > 0 && (
          <p className="px-2 pt-2 pb-0.5 font-medium text-faint text-xs">{t('columns.hidden')}</p>
        )}
        <ul>
          {hidden.map((field) => (
            <li
              key={queryName(field)}
              className="flex h-8 items-center gap-0.5 rounded-md pr-2 pl-5.5 hover:bg-hover"
            >
              <Checkbox
                label={t('columns.show', { field: field.label })}
                checked={false}
                onChange={() => onChange([...names, queryName(field)])}
              />
              <span className="min-w-0 truncate text-muted">{field.label}</span>
            </li>
          ))}
        </ul>
      </div>
      <div className="border-line border-t p-1">
        <Button look="ghost" size="sm" className="w-full" onClick={() => onChange(null)}>
          {t('list.columnsReset')}
        </Button>
      </div>
    </div>
  );
}
