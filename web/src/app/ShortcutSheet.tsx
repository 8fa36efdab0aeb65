/* SPDX-License-Identifier: Apache-2.0 */
/* What the keyboard can do, opened with `?`. */

import { useTranslation } from 'react-i18next';
import { slugOf, useMeta } from '@/api/meta';
import { Kbd } from '@/ui/bits';
import { Dialog } from '@/ui/overlay';
import { modKey } from './hotkeys';
import { goLetters } from './nav';
import { shortcutsOpen } from './stores';

type Line = [label: string, keys: string[]];

function Lines({ title, lines }: { title: string; lines: Line[] }) {
  return (
    <section>
      <h3 className="mb-1 font-medium text-faint text-xs">{title}</h3>
      <dl className="flex flex-col">
        {lines.map(([label, keys]) => (
          <div key={label} className="flex h-7 items-center justify-between gap-4">
            <dt className="truncate">{label}</dt>
            <dd className="flex gap-1">
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

export default function ShortcutSheet() {
  const { t } = useTranslation();
  const meta = useMeta();
  const go: Line[] = [...goLetters(meta)].map(([slug, letter]) => {
    const entity = meta.entities.find((e) => slugOf(e) === slug);
    return [t('shortcuts.goEntity', { entity: entity?.labelPlural ?? slug }), ['G', letter.toUpperCase()]];
  });
  return (
    <Dialog open onOpenChange={shortcutsOpen.set} title={t('shortcuts.title')} className="max-w-2xl">
      <div
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls on small screens, and the keyboard must reach it
        tabIndex={0}
        className="grid gap-x-10 gap-y-5 overflow-y-auto px-5 pb-5 sm:grid-cols-2"
      >
        <Lines
          title={t('shortcuts.everywhere')}
          lines={[
            [t('shortcuts.palette'), [modKey, 'K']],
            [t('shortcuts.sheet'), ['?']],
            [t('shortcuts.sidebar'), ['[']],
            [t('shortcuts.goHome'), ['G', 'H']],
            ...go,
          ]}
        />
        <div className="flex flex-col gap-5">
          <Lines
            title={t('shortcuts.lists')}
            lines={[
              [t('shortcuts.search'), ['/']],
              [t('shortcuts.filter'), ['F']],
              [t('shortcuts.create'), ['C']],
              [t('shortcuts.move'), ['J', 'K']],
              [t('shortcuts.open'), ['Enter']],
            ]}
          />
          <Lines
            title={t('shortcuts.records')}
            lines={[
              [t('shortcuts.save'), [modKey, 'S']],
              [t('shortcuts.back'), ['Esc']],
            ]}
          />
        </div>
      </div>
    </Dialog>
  );
}
