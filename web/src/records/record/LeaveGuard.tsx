/* SPDX-License-Identifier: Apache-2.0 */
/* Asks before a page with unsaved changes is left. */

import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useBlocker } from 'react-router';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/overlay';

export function LeaveGuard({ dirty }: { dirty: boolean }) {
  const { t } = useTranslation();
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => dirty && currentLocation.pathname !== nextLocation.pathname,
  );
  useEffect(() => {
    if (!dirty) return;
    const onLeave = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', onLeave);
    return () => window.removeEventListener('beforeunload', onLeave);
  }, [dirty]);
  if (blocker.state !== 'blocked') return null;
  return (
    <Dialog open onOpenChange={() => blocker.reset()} title={t('record.leave')} className="max-w-sm">
      <p className="px-5 pb-4 text-muted">{t('record.leaveText')}</p>
      <div className="flex justify-end gap-2 px-5 pb-4">
        <Button onClick={() => blocker.reset()}>{t('record.stay')}</Button>
        <Button look="danger" onClick={() => blocker.proceed()}>
          {t('record.leaveAnyway')}
        </Button>
      </div>
    </Dialog>
  );
}
