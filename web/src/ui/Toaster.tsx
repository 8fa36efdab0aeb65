/* SPDX-License-Identifier: Apache-2.0 */
/* Where toasts are shown; comes after the first page (see toast.ts). */
import { Toast } from '@base-ui/react/toast';
import { CircleAlert, CircleCheck, X } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { buttonClass } from './button';
import type { Extra, Tone } from './toast';

type Data = { tone: Tone; action?: Extra['action'] };

const manager = Toast.createToastManager<Data>();

/** What is told before there is a place to show it; null from then on. */
let early: (() => void)[] | null = [];

function begin() {
  const told = early ?? [];
  early = null;
  for (const tell of told) tell();
}

export function show(tone: Tone, title: string, extra: Extra = {}) {
  if (early) {
    early.push(() => show(tone, title, extra));
    return;
  }
  const id = manager.add({
    title,
    ...(extra.description ? { description: extra.description } : {}),
    timeout: tone === 'bad' || extra.action ? 9000 : 4000,
    // What is announced at once is kept from assistive technology as a dialog, and with it the way to act on it.
    priority: tone === 'bad' && !extra.action ? 'high' : 'low',
    data: {
      tone,
      ...(extra.action
        ? {
            action: {
              label: extra.action.label,
              run: () => {
                manager.close(id);
                extra.action?.run();
              },
            },
          }
        : {}),
    },
  });
}

function ToastList() {
  // The provider above listens by now: effects of children run first, so this waits for the next task.
  useEffect(() => {
    const timer = setTimeout(begin);
    return () => clearTimeout(timer);
  }, []);
  const { t } = useTranslation();
  const { toasts } = Toast.useToastManager<Data>();
  return toasts.map((item) => (
    <Toast.Root
      key={item.id}
      toast={item}
      className="slide-right pointer-events-auto flex w-full items-start gap-2.5 rounded-lg bg-raised px-3 py-2.5 shadow-pop"
    >
      <span className={item.data?.tone === 'bad' ? 'mt-0.5 text-danger' : 'mt-0.5 text-good'}>
        {item.data?.tone === 'bad' ? (
          <CircleAlert size={16} aria-hidden />
        ) : (
          <CircleCheck size={16} aria-hidden />
        )}
      </span>
      <div className="min-w-0 flex-1">
        <Toast.Title className="font-medium text-sm" />
        <Toast.Description className="text-muted text-xs" />
      </div>
      {item.data?.action && (
        <button
          type="button"
          className="rounded px-1.5 font-medium text-accent text-sm hover:bg-hover"
          onClick={item.data.action.run}
        >
          {item.data.action.label}
        </button>
      )}
      <Toast.Close
        className={`${buttonClass('ghost', 'iconSm')} -my-1 -mr-1.5`}
        aria-label={t('action.close')}
      >
        <X size={14} aria-hidden />
      </Toast.Close>
    </Toast.Root>
  ));
}

export function Toaster() {
  return (
    <Toast.Provider toastManager={manager} limit={4}>
      <Toast.Portal>
        <Toast.Viewport className="pointer-events-none fixed right-4 bottom-4 z-70 flex w-[calc(100vw-32px)] max-w-90 flex-col gap-2 outline-none">
          <ToastList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}
