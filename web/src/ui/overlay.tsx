/* SPDX-License-Identifier: Apache-2.0 */
/* Dialogs, side sheets, popovers, menus and tooltips: Base UI for behaviour, our tokens for looks. */

import { Dialog as BaseDialog } from '@base-ui/react/dialog';
import { Menu as BaseMenu } from '@base-ui/react/menu';
import { Popover as BasePopover } from '@base-ui/react/popover';
import { Tooltip as BaseTooltip } from '@base-ui/react/tooltip';
import { X } from 'lucide-react';
import { type ReactElement, type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '@/lib/cn';
import { buttonClass } from './button';

type ModalProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  children: ReactNode;
  className?: string;
  bare?: boolean;
};

function CloseButton() {
  const { t } = useTranslation();
  return (
    <BaseDialog.Close
      className={cn(buttonClass('ghost', 'iconSm'), 'ml-auto')}
      aria-label={t('action.close')}
    >
      <X size={16} aria-hidden />
    </BaseDialog.Close>
  );
}

const backdrop = 'fade fixed inset-0 z-40 bg-[var(--c-scrim)]';

export function Dialog({ open, onOpenChange, title, children, className, bare }: ModalProps) {
  return (
    <BaseDialog.Root open={open} onOpenChange={onOpenChange}>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className={backdrop} />
        <BaseDialog.Popup
          className={cn(
            'popup fixed top-[12vh] left-1/2 z-50 flex max-h-[80vh] w-[calc(100vw-32px)] max-w-lg -translate-x-1/2 flex-col',
            'overflow-hidden rounded-xl bg-raised shadow-pop outline-none',
            className,
          )}
        >
          {bare ? (
            <BaseDialog.Title className="sr-only">{title}</BaseDialog.Title>
          ) : (
            <div className="flex items-center gap-3 px-5 pt-4 pb-2">
              <BaseDialog.Title className="font-semibold text-base">{title}</BaseDialog.Title>
              <CloseButton />
            </div>
          )}
          {children}
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}

/** Where typing begins: the first field of the form inside, unless a touch would bring up the keyboard. */
function useFirstField() {
  const popup = useRef<HTMLDivElement>(null);
  const initialFocus = (how: string) =>
    (how !== 'touch' &&
      popup.current?.querySelector<HTMLElement>(
        'form input, form textarea, form [role=combobox], form [id^=field-]',
      )) ||
    true;
  return { ref: popup, initialFocus };
}

export function Sheet({ open, onOpenChange, title, children, className }: ModalProps) {
  const firstField = useFirstField();
  return (
    <BaseDialog.Root open={open} onOpenChange={onOpenChange}>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className={backdrop} />
        <BaseDialog.Popup
          {...firstField}
          className={cn(
            'slide-right fixed inset-y-0 right-0 z-50 flex w-full max-w-[520px] flex-col bg-raised shadow-pop outline-none',
            'sm:inset-y-2 sm:right-2 sm:rounded-xl',
            className,
          )}
        >
          <div className="flex h-13 shrink-0 items-center gap-3 border-line border-b px-5">
            <BaseDialog.Title className="font-semibold text-base">{title}</BaseDialog.Title>
            <CloseButton />
          </div>
          {children}
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}

export function Drawer({ open, onOpenChange, title, children }: ModalProps) {
  return (
    <BaseDialog.Root open={open} onOpenChange={onOpenChange}>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className={backdrop} />
        <BaseDialog.Popup className="slide-left fixed inset-y-0 left-0 z-50 flex w-72 max-w-[85vw] flex-col bg-canvas shadow-pop outline-none">
          <BaseDialog.Title className="sr-only">{title}</BaseDialog.Title>
          {children}
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}

type PopoverProps = {
  label: string;
  trigger: ReactElement;
  children: ReactNode;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  align?: 'start' | 'center' | 'end';
  className?: string;
};

export function Popover({
  label,
  trigger,
  children,
  open,
  onOpenChange,
  align = 'start',
  className,
}: PopoverProps) {
  return (
    <BasePopover.Root {...(open === undefined ? {} : { open })} {...(onOpenChange ? { onOpenChange } : {})}>
      <BasePopover.Trigger render={trigger} />
      <BasePopover.Portal>
        <BasePopover.Positioner sideOffset={4} align={align} collisionPadding={8} className="z-50">
          <BasePopover.Popup
            aria-label={label}
            className={cn('popup rounded-lg bg-raised text-sm shadow-pop outline-none', className)}
          >
            {children}
          </BasePopover.Popup>
        </BasePopover.Positioner>
      </BasePopover.Portal>
    </BasePopover.Root>
  );
}

export function Menu(props: {
  trigger: ReactElement;
  children: ReactNode;
  align?: 'start' | 'center' | 'end';
  side?: 'top' | 'bottom';
  className?: string;
}) {
  return (
    <BaseMenu.Root>
      <BaseMenu.Trigger render={props.trigger} />
      <BaseMenu.Portal>
        <BaseMenu.Positioner
          sideOffset={4}
          side={props.side ?? 'bottom'}
          align={props.align ?? 'start'}
          collisionPadding={8}
          className="z-50"
        >
          <BaseMenu.Popup
            className={cn(
              'popup min-w-48 rounded-lg bg-raised p-1 text-sm shadow-pop outline-none',
              props.className,
            )}
          >
            {props.children}
          </BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
  );
}

const itemClass =
  'flex h-8 cursor-pointer select-none items-center gap-2 rounded-md px-2 outline-none data-highlighted:bg-hover data-disabled:text-faint';

export function MenuItem(props: {
  onClick: () => void;
  danger?: boolean;
  disabled?: boolean;
  children: ReactNode;
}) {
  return (
    <BaseMenu.Item
      onClick={props.onClick}
      disabled={props.disabled ?? false}
      className={cn(itemClass, props.danger && 'text-danger')}
    >
      {props.children}
    </BaseMenu.Item>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <div className="px-2 pt-1.5 pb-1 font-medium text-faint text-xs">{children}</div>;
}

export function MenuSeparator() {
  return <BaseMenu.Separator className="mx-1 my-1 h-px bg-line" />;
}

export function Tooltip({ text, children }: { text: string; children: ReactElement }) {
  return (
    <BaseTooltip.Root>
      <BaseTooltip.Trigger render={children} delay={500} />
      <BaseTooltip.Portal>
        <BaseTooltip.Positioner sideOffset={6} collisionPadding={8} className="z-60">
          <BaseTooltip.Popup className="popup max-w-72 rounded-md bg-text px-2 py-1 text-surface text-xs">
            {text}
          </BaseTooltip.Popup>
        </BaseTooltip.Positioner>
      </BaseTooltip.Portal>
    </BaseTooltip.Root>
  );
}
