/* SPDX-License-Identifier: Apache-2.0 */
/* Which rows of fixed height are in sight of a scroller; it tells only when that changes. */
import { type RefObject, useCallback, useEffect, useLayoutEffect, useState } from 'react';
import type { Span } from './useRows';

export const ROW = 36;
export const HEADER = 33;
const BESIDE = 8;

const spanOf = (box: HTMLElement): Span => {
  const first = Math.floor(box.scrollTop / ROW) - BESIDE;
  return { first: Math.max(first, 0), last: Math.ceil((box.scrollTop + box.clientHeight) / ROW) + BESIDE };
};

const atFirst: Span = { first: 0, last: 40 };

export function useWindow(scroller: RefObject<HTMLElement | null>) {
  const [span, setSpan] = useState(atFirst);
  const look = useCallback(() => {
    const box = scroller.current;
    if (!box) return;
    const next = spanOf(box);
    setSpan((now) => (now.first === next.first && now.last === next.last ? now : next));
  }, [scroller]);
  useLayoutEffect(look, [look]);
  useEffect(() => {
    const box = scroller.current;
    if (!box) return;
    const observer = new ResizeObserver(look);
    observer.observe(box);
    return () => observer.disconnect();
  }, [scroller, look]);
  return { span, look };
}

/** Scrolls as little as needed for the row to be in sight, clear of the header and the footer. */
export function showRow(box: HTMLElement | null, index: number, footer = 0) {
  if (!box) return;
  const top = index * ROW;
  const bottom = top + ROW + HEADER + footer;
  if (top < box.scrollTop) box.scrollTop = top;
  else if (bottom > box.scrollTop + box.clientHeight) box.scrollTop = bottom - box.clientHeight;
}
