/* SPDX-License-Identifier: Apache-2.0 */
/* A task in one line: what, perhaps when, Enter; the line stays for the next one. */

import { useQueryClient } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useEntity } from '@/api/meta';
import { createRecord, recordPath } from '@/api/records';
import type { Json } from '@/api/types';
import { useLocale } from '@/app/locale';
import { fromWallClock } from '@/lib/zone';
import { refreshRecords, tellError } from '@/records/undo';
import { Button } from '@/ui/button';
import { Input } from '@/ui/input';
import { toast } from '@/ui/toast';

type Props = {
  defaults: Record<string, Json>;
  day?: string;
  /** Where several stand below each other, each is a button until it is wanted. */
  folded?: boolean;
};

export function QuickAdd({ defaults, day = '', folded = false }: Props) {
  const { t } = useTranslation();
  const { timeZone } = useLocale();
  const entity = useEntity('task');
  const client = useQueryClient();
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  const [title, setTitle] = useState('');
  const [due, setDue] = useState(day);
  const [busy, setBusy] = useState(false);
  const [isOpen, setOpen] = useState(!folded);
  if (!entity) return null;
  if (!isOpen)
    return (
      <Button size="sm" look="ghost" className="mx-3 my-1" onClick={() => setOpen(true)}>
        <Plus size={14} aria-hidden />
        {t('tasks.add')}
      </Button>
    );
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const words = title.trim();
    if (!words) {
      input.current?.focus();
      return;
    }
    setBusy(true);
    try {
      const dueAt = due ? fromWallClock(`${due}T00:00`, timeZone) : null;
      const made = await createRecord(entity, { title: words, ...(dueAt ? { dueAt } : {}), ...defaults });
      setTitle('');
      toast.good(t('tasks.added', { title: words }), {
        action: { label: t('tasks.open'), run: () => void navigate(recordPath(entity, made.id)) },
      });
      await refreshRecords(client);
    } catch (error) {
      tellError(error);
    }
    setBusy(false);
    input.current?.focus();
  };
  return (
    <form
      onSubmit={(event) => void submit(event)}
      aria-label={t('tasks.quick')}
      onKeyDown={(event) => event.key === 'Escape' && folded && setOpen(false)}
      className="flex flex-wrap items-center gap-2 px-4 py-2"
    >
      <Input
        ref={input}
        autoFocus={folded}
        value={title}
        onChange={(event) => setTitle(event.target.value)}
        placeholder={t('tasks.placeholder')}
        aria-label={t('tasks.title')}
        maxLength={200}
        className="min-w-40 flex-1 basis-52"
      />
      <Input
        type="date"
        value={due}
        onChange={(event) => setDue(event.target.value)}
        aria-label={t('tasks.due')}
        className="w-36 shrink-0"
      />
      <Button type="submit" busy={busy}>
        <Plus size={14} aria-hidden />
        {t('tasks.add')}
      </Button>
    </form>
  );
}
