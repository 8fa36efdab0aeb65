/* SPDX-License-Identifier: Apache-2.0 */
/* A question before what cannot be guessed: `if (await ask({…}))`, from anywhere. */

import { useSyncExternalStore } from 'react';

type Question = { title: string; text: string; yes: string; danger?: boolean };
type Asked = Question & { answer: (yes: boolean) => void };

let asked: Asked | null = null;
const listeners = new Set<() => void>();

function put(next: Asked | null) {
  asked = next;
  for (const listener of listeners) listener();
}

export function ask(question: Question): Promise<boolean> {
  asked?.answer(false);
  return new Promise((resolve) => {
    const answer = (yes: boolean) => {
      put(null);
      resolve(yes);
    };
    put({ ...question, answer });
  });
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useQuestion = (): Asked | null => useSyncExternalStore(subscribe, () => asked);
