/* SPDX-License-Identifier: Apache-2.0 */
/* Gives tags to many records, and takes tags from them; what else they carry stays. */

import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { changeMany } from '@/api/bulk';
import { useLocale } from '@/app/locale';
import { kindOf } from '@/fields';
import { asList } from '@/fields/shared/choice';
import { formatNumber } from '@/lib/format';
import { Button } from '@/ui/button';
import { FormRow } from '@/ui/input';
import { Dialog } from '@/ui/overlay';
import type { BulkProps } from './BulkEdit';

export function BulkTags({ entity, which, count, busy, run, onClose }: BulkProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const [add, setAdd] = useState<string[]>([]);
  const [remove, setRemove] = useState<string[]>([]);
  const field = entity.fields.find((one) => one.name === 'tags');
  if (!field) return null;
  const { Input } = kindOf(field);
  const words = {
    count,
    number: formatNumber(count, locale),
    entity: entity.label.toLowerCase(),
    entities: entity.labelPlural.toLowerCase(),
  };
  const submit = () => {
    const tags = {
      ...(add.length ? { addTags: add } : {}),
      ...(remove.length ? { removeTags: remove } : {}),
    };
    void run(() => changeMany(entity, which, null, tags), 'changed').then((good) => good && onClose());
  };
  const editors = [
    ['add', add, setAdd],
    ['remove', remove, setRemove],
  ] as const;
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t('bulk.tagsTitle', words)}>
      <div className="flex flex-col gap-3.5 px-5 py-3">
        {editors.map(([name, value, set]) => (
          <FormRow key={name} id={`tags-${name}`} label={t(`bulk.tags_${name}`)}>
            <Input
              id={`tags-${name}`}
              field={{ ...field, label: t(`bulk.tags_${name}`) }}
              value={value}
              record={{}}
              onChange={(next) => set(asList(next))}
            />
          </FormRow>
        ))}
      </div>
      <div className="flex justify-end gap-2 border-line border-t px-5 py-3">
        <Button look="ghost" onClick={onClose} disabled={busy}>
          {t('action.cancel')}
        </Button>
        <Button look="primary" busy={busy} disabled={!add.length && !remove.length} onClick={submit}>
          {t('bulk.change', words)}
        </Button>
      </div>
    </Dialog>
  );
}
