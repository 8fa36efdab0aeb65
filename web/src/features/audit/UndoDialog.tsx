/* SPDX-License-Identifier: Apache-2.0 */
/* Before a change is taken back: what would go back and what would stay; then what did. */

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { revertChangeset } from '@/api/bulk';
import { labelQuery } from '@/api/labels';
import { messageOf } from '@/api/message';
import { findEntity, findField, metaQuery, useMeta } from '@/api/meta';
import { useLocale } from '@/app/locale';
import { formatNumber } from '@/lib/format';
import { titleOf } from '@/lib/title';
import { wordsOf } from '@/records/timeline/diff';
import { Spinner } from '@/ui/bits';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/overlay';
import { toast } from '@/ui/toast';
import { type Left, type Revert, rehearsalQuery } from './data';
import { nounOf } from './words';

const SHOWN = 8;

function LeftRow({ left }: { left: Left }) {
  const { t } = useTranslation();
  const meta = useMeta();
  const entity = findEntity(meta, left.entity);
  const { data } = useQuery(labelQuery(entity, left.id, true));
  const title = entity && data ? titleOf(entity, data) : '';
  const fields = left.changes.map((c) => (entity && findField(entity, c.field)?.label) ?? wordsOf(c.field));
  const reasons = left.details?.length ? left.details.map((d) => d.message) : [left.message];
  const message = reasons.join(' ');
  return (
    <li className="py-1">
      <span className="font-medium">{title || nounOf(meta, left.entity)}</span>{' '}
      <span className="text-muted">
        {fields.length ? t('audit.changedFields', { message, fields: fields.join(', ') }) : message}
      </span>
    </li>
  );
}

function Outcome({ revert, after }: { revert: Revert; after: boolean }) {
  const { t } = useTranslation();
  const meta = useMeta();
  const locale = useLocale();
  const secret = [...new Set(revert.notLogged.flatMap((one) => one.fields.map(wordsOf)))];
  return (
    <div className="flex flex-col gap-3 text-sm">
      {revert.reverted.length === 0 ? (
        <p className="text-muted">{t('audit.undoNothing')}</p>
      ) : (
        !after && (
          <div>
            <p className="text-muted">{t('audit.undoBack')}</p>
            <ul className="mt-1 list-disc pl-5">
              {revert.reverted.map(({ entity, records }) => (
                <li key={entity}>
                  {formatNumber(records, locale)} {nounOf(meta, entity, records)}
                </li>
              ))}
            </ul>
          </div>
        )
      )}
      {revert.leftCount > 0 && (
        <div>
          <p className="text-muted">{t('audit.undoLeft', { count: revert.leftCount })}</p>
          <ul className="mt-1 divide-y divide-line rounded-lg bg-subtle px-3 py-1">
            {revert.left.slice(0, SHOWN).map((left) => (
              <LeftRow key={`${left.entity} ${left.id}`} left={left} />
            ))}
            {revert.leftCount > SHOWN && (
              <li className="py-1 text-muted">{t('audit.andMore', { count: revert.leftCount - SHOWN })}</li>
            )}
          </ul>
        </div>
      )}
      {secret.length > 0 && (
        <p className="text-muted text-xs">{t('audit.undoUnlogged', { fields: secret.join(', ') })}</p>
      )}
    </div>
  );
}

function useRevert(id: string, onClose: () => void) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [done, setDone] = useState<Revert | null>(null);
  const [busy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    try {
      const revert = (await revertChangeset(id)) as Revert;
      if (revert.leftCount === 0) {
        toast.good(t('audit.undoneTitle'));
        onClose();
      } else setDone(revert);
      // Whatever it had written; what the organisation defined for itself may be of it.
      await client.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'rehearsal' });
      await client.refetchQueries(metaQuery);
    } catch (error) {
      toast.bad(t('audit.cannot'), { description: messageOf(error) });
    } finally {
      setBusy(false);
    }
  };
  return { done, busy, run };
}

export function UndoDialog({ id, what, onClose }: { id: string; what: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { data, error } = useQuery(rehearsalQuery(id));
  const { done, busy, run } = useRevert(id, onClose);
  const would = done ?? data;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={done ? t('audit.undonePart') : t('audit.undoTitle')}
    >
      <div className="flex min-h-0 flex-col gap-3 overflow-y-auto px-5 pb-2">
        <p className="font-medium first-letter:uppercase">{what}</p>
        {error ? (
          <p role="alert" className="text-danger">
            {messageOf(error)}
          </p>
        ) : would ? (
          <Outcome revert={would} after={done !== null} />
        ) : (
          <Spinner label={t('audit.undoLooking')} />
        )}
        {!done && data && data.reverted.length > 0 && (
          <p className="text-faint text-xs">{t('audit.undoAgain')}</p>
        )}
      </div>
      <div className="flex justify-end gap-2 px-5 pt-2 pb-4">
        {done ? (
          <Button look="primary" onClick={onClose}>
            {t('audit.done')}
          </Button>
        ) : (
          <>
            <Button look="ghost" onClick={onClose} disabled={busy}>
              {t('action.cancel')}
            </Button>
            <Button
              look="primary"
              busy={busy}
              disabled={!data || data.reverted.length === 0}
              onClick={() => void run()}
            >
              {t('audit.undoDo')}
            </Button>
          </>
        )}
      </div>
    </Dialog>
  );
}
