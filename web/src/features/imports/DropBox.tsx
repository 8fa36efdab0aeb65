/* SPDX-License-Identifier: Apache-2.0 */
/* Takes a file, dropped or chosen. */

import { FileUp } from 'lucide-react';
import { type DragEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '@/lib/cn';
import { buttonClass } from '@/ui/button';

export function DropBox({ onFile }: { onFile: (file: File) => void }) {
  const { t } = useTranslation();
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file) onFile(file);
  };
  return (
    <label
      htmlFor="import-file"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className={cn(
        'flex cursor-pointer flex-col items-center gap-3 rounded-xl border border-dashed px-6 py-14 text-center',
        'focus-within:outline-2 focus-within:outline-accent',
        over ? 'border-accent bg-accent-soft' : 'border-line-strong hover:bg-subtle',
      )}
    >
      <FileUp size={24} strokeWidth={1.5} className="text-faint" aria-hidden />
      <span className="text-muted">{t('imports.drop')}</span>
      <input
        id="import-file"
        type="file"
        accept=".csv,text/csv"
        className="sr-only"
        onChange={(event) => event.target.files?.[0] && onFile(event.target.files[0])}
      />
      <span className={buttonClass('outline', 'sm')}>{t('imports.choose')}</span>
    </label>
  );
}
