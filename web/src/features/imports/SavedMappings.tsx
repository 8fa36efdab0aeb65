/* SPDX-License-Identifier: Apache-2.0 */
/* Mappings that were kept for files of the same kind: used with one choice, kept under a name. */

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { findEntity, may, useMeta } from '@/api/meta';
import { createRecord, listQuery } from '@/api/records';
import type { Json } from '@/api/types';
import { tellRefusal } from '@/features/flows/useFlow';
import { Button } from '@/ui/button';
import { FormRow, Input, inputClass } from '@/ui/input';
import { toast } from '@/ui/toast';
import type { ImportMap, ImportRun } from './data';

/** What was kept, to be used for this file. */
export function UseMapping({ onUse }: { onUse: (id: string) => void }) {
  const { t } = useTranslation();
  const entity = findEntity(useMeta(), 'import_mapping');
  const saved = useQuery(listQuery(entity, 'sort=name&limit=100')).data?.data ?? [];
  if (saved.length === 0) return null;
  return (
    <FormRow id="import-saved" label={t('imports.useMapping')}>
      <select
        id="import-saved"
        className={`${inputClass} h-8 max-w-72`}
        value=""
        onChange={(event) => event.target.value && onUse(event.target.value)}
      >
        <option value="">{t('field.choose')}</option>
        {saved.map((mapping) => (
          <option key={mapping.id} value={mapping.id}>
            {String(mapping['name'])}
          </option>
        ))}
      </select>
    </FormRow>
  );
}

/** Keeps the mapping of this file under a name. */
export function KeepMapping({ run, map }: { run: ImportRun; map: ImportMap }) {
  const { t } = useTranslation();
  const entity = findEntity(useMeta(), 'import_mapping');
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [busy, setBusy] = useState(false);
  if (!entity || !may(entity, 'create')) return null;
  const keep = async () => {
    setBusy(true);
    try {
      const body = { name: name.trim(), into: run.into ?? '', map: map as unknown as Json };
      await createRecord(entity, body);
      toast.good(t('imports.mappingKept', { name: name.trim() }));
      setName('');
      await client.invalidateQueries({ queryKey: ['list', entity.name] });
    } catch (error) {
      tellRefusal(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      className="flex max-w-96 items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        void keep();
      }}
    >
      <div className="flex-1">
        <FormRow id="import-keep" label={t('imports.keepMapping')}>
          <Input
            id="import-keep"
            maxLength={100}
            placeholder={t('imports.mappingName')}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </FormRow>
      </div>
      <Button type="submit" busy={busy} disabled={!name.trim()}>
        {t('imports.keep')}
      </Button>
    </form>
  );
}
