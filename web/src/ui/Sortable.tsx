/* SPDX-License-Identifier: Apache-2.0 */
/* A list that people put in order: by the handle with the mouse, by space and arrows with the keyboard. */

import { DragDropContext, Draggable, Droppable } from '@hello-pangea/dnd';
import { GripVertical } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '@/lib/cn';

/** The list with one element elsewhere. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const rest = list.filter((_, at) => at !== from);
  return [...rest.slice(0, to), ...list.slice(from, from + 1), ...rest.slice(to)];
}

type Item = { id: string; label: string };

export function Sortable<T extends Item>(props: {
  items: T[];
  label: string;
  onMove: (from: number, to: number) => void;
  children: (item: T, index: number) => ReactNode;
}) {
  const { items, label, onMove, children } = props;
  const { t } = useTranslation();
  return (
    <DragDropContext
      onDragEnd={({ source, destination }) =>
        destination && destination.index !== source.index && onMove(source.index, destination.index)
      }
      dragHandleUsageInstructions={t('sort.hint')}
    >
      <Droppable droppableId={label}>
        {(drop) => (
          <ul ref={drop.innerRef} {...drop.droppableProps} aria-label={label}>
            {items.map((item, index) => (
              <Draggable key={item.id} draggableId={item.id} index={index}>
                {(drag, { isDragging }) => (
                  <li
                    ref={drag.innerRef}
                    {...drag.draggableProps}
                    className={cn(
                      'group/row flex min-h-11 items-center gap-2 border-line border-b bg-surface py-1 pr-3 pl-1.5',
                      isDragging && 'rounded-lg border-transparent shadow-pop ring-1 ring-accent',
                    )}
                  >
                    {/* biome-ignore lint/a11y/useAriaPropsSupportedByRole: the library makes a button of it */}
                    <span
                      {...drag.dragHandleProps}
                      aria-label={t('sort.handle', { title: item.label })}
                      className="inline-flex size-7 shrink-0 cursor-grab items-center justify-center rounded-md text-faint hover:bg-hover hover:text-text"
                    >
                      <GripVertical size={14} aria-hidden />
                    </span>
                    {children(item, index)}
                  </li>
                )}
              </Draggable>
            ))}
            {drop.placeholder}
          </ul>
        )}
      </Droppable>
    </DragDropContext>
  );
}
