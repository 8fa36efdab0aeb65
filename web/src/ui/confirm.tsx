/* SPDX-License-Identifier: Apache-2.0 */
/* Asks before something that is not easily taken back. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './button';
import { Dialog } from './overlay';

export function ConfirmDialog(props: {
  title: string;
  text: string;
  action: string;
  busy?: boolean;
  children?: ReactNode;
  onCancel: () => void;
  onConfirm: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Dialog open onOpenChange={(open) => !open && props.onCancel()} title={props.title} className="max-w-md">
      <p className="px-5 text-muted">{props.text}</p>
      {props.children}
      <div className="flex justify-end gap-2 px-5 pt-5 pb-4">
        <Button look="ghost" onClick={props.onCancel} disabled={props.busy ?? false}>
          {t('action.cancel')}
        </Button>
        <Button look="danger" busy={props.busy ?? false} onClick={props.onConfirm}>
          {props.action}
        </Button>
      </div>
    </Dialog>
  );
}
