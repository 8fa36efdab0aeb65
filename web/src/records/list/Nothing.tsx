/* SPDX-License-Identifier: Apache-2.0 */
/* What stands where rows would: why there are none, and what to do about it. */

import { Plus, SearchX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { may, useMeta } from '@/api/meta';
import type { EntityMeta } from '@/api/types';
import { EntityIcon } from '@/app/icons';
import { creating } from '@/app/stores';
import { EmptyState } from '@/ui/bits';
import { Button, buttonClass } from '@/ui/button';

export function Nothing(props: { entity: EntityMeta; filtered: boolean; onClear: () => void }) {
  const { t } = useTranslation();
  const { can } = useMeta();
  const { entity, filtered, onClear } = props;
  const entities = entity.labelPlural.toLowerCase();
  if (filtered) {
    return (
      <EmptyState
        icon={<SearchX size={20} aria-hidden />}
        title={t('list.noMatch')}
        text={t('list.noMatchText')}
      >
        <Button onClick={onClear}>{t('list.clearAll')}</Button>
      </EmptyState>
    );
  }
  const canCreate = may(entity, 'create');
  return (
    <EmptyState
      icon={<EntityIcon entity={entity} size={20} />}
      title={t('list.empty', { entities })}
      text={canCreate ? t('list.emptyText') : t('list.emptyReadOnly')}
    >
      {canCreate && (
        <Button look="primary" onClick={() => creating.set({ entity: entity.name, defaults: {} })}>
          <Plus size={14} aria-hidden />
          {t('list.new', { entity: entity.label.toLowerCase() })}
        </Button>
      )}
      {canCreate && can.import && entity.group !== 'admin' && (
        <Link to={`/import?into=${entity.name}`} className={buttonClass('outline')}>
          {t('action.import')}
        </Link>
      )}
    </EmptyState>
  );
}
