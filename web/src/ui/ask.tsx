/* SPDX-License-Identifier: Apache-2.0 */
/* A question before what cannot be guessed: `if (await ask({…}))`, from anywhere. */

import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './button';
import { Dialog } from './overlay';

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

export function AskDialog() {
  const { t } = useTranslation();
  const question = useSyncExternalStore(subscribe, () => asked);
  if (!question) return null;
  return (
    <Dialog open onOpenChange={(open) => !open && question.answer(false)} title={question.title}>
      <p className="px-5 pt-1 pb-5 text-muted">{question.text}</p>
      <div className="flex shrink-0 justify-end gap-2 border-line border-t px-5 py-3">
        <Button look="ghost" onClick={() => question.answer(false)}>
          {t('action.cancel')}
        </Button>
        <Button look={question.danger ? 'danger' : 'primary'} onClick={() => question.answer(true)}>
          {question.yes}
        </Button>
      </div>
    </Dialog>
  );
}
