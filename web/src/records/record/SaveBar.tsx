/* SPDX-License-Identifier: Apache-2.0 */
/* Appears under the fields as soon as there is something to save. */

import { useTranslation } from 'react-i18next';
import { modKey } from '@/app/hotkeys';
import { Kbd } from '@/ui/bits';
import { Button } from '@/ui/button';

export function SaveBar(props: {
  changes: number;
  problems: number;
  busy: boolean;
  onDiscard: () => void;
  onSave: () => void;
}) {
  const { t } = useTranslation();
  const { changes, problems, busy, onDiscard, onSave } = props;
  return (
    <div
      role="status"
      className="absolute inset-x-3 bottom-3 z-10 flex items-center gap-2 rounded-lg bg-raised py-2 pr-2 pl-3 shadow-pop"
    >
      <span className={problems ? 'flex-1 text-danger' : 'flex-1 text-muted'}>
        {problems ? t('record.problems', { count: problems }) : t('record.changes', { count: changes })}
      </span>
      <Button look="ghost" size="sm" onClick={onDiscard} disabled={busy}>
        {t('action.discard')}
      </Button>
      <Button look="primary" size="sm" onClick={onSave} busy={busy}>
        {t('action.save')}
        <span className="hidden opacity-80 md:inline-flex">
          <Kbd>{modKey} S</Kbd>
        </span>
      </Button>
    </div>
  );
}
