/* SPDX-License-Identifier: Apache-2.0 */
/* Where the question of ask.ts is put. */
import { useTranslation } from 'react-i18next';
import { useQuestion } from './ask';
import { Button } from './button';
import { Dialog } from './overlay';

export function AskDialog() {
  const { t } = useTranslation();
  const question = useQuestion();
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
