/* SPDX-License-Identifier: Apache-2.0 */
/* By what a list is grouped; days by how long a span. */

import { Check, Rows3 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { EntityMeta } from '@/api/types';
import { queryName } from '@/fields/value';
import { Button } from '@/ui/button';
import { Menu, MenuItem, MenuLabel, MenuSeparator } from '@/ui/overlay';
import { groupable, groupField, groupUnits, hasDays } from './useGroups';

export function GroupMenu(props: {
  entity: EntityMeta;
  group: string;
  onChange: (group: string) => void;
  onOpenAll: (open: boolean) => void;
}) {
  const { t } = useTranslation();
  const { entity, group, onChange, onOpenAll } = props;
  const chosen = groupField(entity, group);
  const unit = group.split(':')[1] ?? (chosen && hasDays(chosen) ? 'day' : '');
  const fields = groupable(entity);
  if (!fields.length) return null;
  return (
    <Menu
      align="end"
      className="max-h-[70vh] w-56 overflow-y-auto"
      trigger={
        <Button look="ghost" size="sm">
          <Rows3 size={14} aria-hidden />
          {chosen ? t('group.by', { field: chosen.label }) : t('group.label')}
        </Button>
      }
    >
      {chosen && (
        <>
          <MenuItem onClick={() => onChange('')}>{t('group.off')}</MenuItem>
          <MenuItem onClick={() => onOpenAll(true)}>{t('group.openAll')}</MenuItem>
          <MenuItem onClick={() => onOpenAll(false)}>{t('group.closeAll')}</MenuItem>
          <MenuSeparator />
        </>
      )}
      {chosen && hasDays(chosen) && (
        <>
          <MenuLabel>{t('group.unit')}</MenuLabel>
          {groupUnits.map((one) => (
            <MenuItem key={one} onClick={() => onChange(`${queryName(chosen)}:${one}`)}>
              <span className="flex-1">{t(`group.units.${one}`)}</span>
              {unit === one && <Check size={14} aria-hidden className="text-accent" />}
            </MenuItem>
          ))}
          <MenuSeparator />
        </>
      )}
      <MenuLabel>{t('group.label')}</MenuLabel>
      {fields.map((field) => (
        <MenuItem
          key={queryName(field)}
          onClick={() => onChange(hasDays(field) ? `${queryName(field)}:month` : queryName(field))}
        >
          <span className="min-w-0 flex-1 truncate">{field.label}</span>
          {chosen === field && <Check size={14} aria-hidden className="text-accent" />}
        </MenuItem>
      ))}
    </Menu>
  );
}
