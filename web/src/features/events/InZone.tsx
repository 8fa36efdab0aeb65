/* SPDX-License-Identifier: Apache-2.0 */
/* Times of an event are those of the clocks where it takes place: within, they are shown and read there. */

import { Globe } from 'lucide-react';
import { type ReactNode, useContext, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { MetaContext } from '@/api/meta';
import type { RecordData } from '@/api/types';
import { text } from './data';

export function InZone({ event, children }: { event: RecordData; children: ReactNode }) {
  const { t } = useTranslation();
  const meta = useContext(MetaContext);
  const timeZone = text(event, 'timeZone');
  const there = useMemo(
    () => meta && { ...meta, organization: { ...meta.organization, timeZone } },
    [meta, timeZone],
  );
  if (!meta || !timeZone || timeZone === meta.organization.timeZone) return children;
  return (
    <MetaContext.Provider value={there}>
      <p className="flex shrink-0 items-center gap-1.5 border-line border-b bg-subtle px-4 py-1.5 text-muted text-xs">
        <Globe size={12} aria-hidden />
        {t('events.zone', { zone: timeZone.replaceAll('_', ' ') })}
      </p>
      {children}
    </MetaContext.Provider>
  );
}
