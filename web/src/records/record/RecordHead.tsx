/* SPDX-License-Identifier: Apache-2.0 */
/* The top of a record's page: where it stands, its neighbours, what to do with it next. */

import { ChevronRight, Ellipsis, Link2, ScrollText, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { findEntity, may, slugOf, useMeta } from '@/api/meta';
import type { EntityMeta, RecordData } from '@/api/types';
import { useHotkeys } from '@/app/hotkeys';
import { EntityIcon } from '@/app/icons';
import { PageHead } from '@/app/PageHead';
import type { Steps } from '@/features/flows/FlowBar';
import { RecordName } from '@/fields/shared/record';
import { titleOf } from '@/lib/title';
import { Skeleton } from '@/ui/bits';
import { Button, buttonClass } from '@/ui/button';
import { Menu, MenuItem } from '@/ui/overlay';
import { toast } from '@/ui/toast';
import { Neighbours } from './Neighbours';
import { useTrash } from './useTrash';

type Props = { entity: EntityMeta; record: RecordData | undefined; children?: ReactNode };

export function RecordHead({ entity, record, children }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  useHotkeys({ Escape: () => void navigate(`/${slugOf(entity)}`) });
  return (
    <PageHead
      name={record ? titleOf(entity, record) || entity.label : entity.label}
      title={
        <>
          <Link
            to={`/${slugOf(entity)}`}
            className="flex shrink-0 items-center gap-2 rounded-sm text-muted hover:text-text"
          >
            <EntityIcon entity={entity} />
            <span className="max-sm:sr-only">{entity.labelPlural}</span>
          </Link>
          <ChevronRight size={14} className="shrink-0 text-faint" aria-hidden />
          <h1 className="min-w-0 truncate font-semibold text-base">
            {record ? (
              titleOf(entity, record) ? (
                <RecordName entity={entity} record={record} />
              ) : (
                t('list.untitled')
              )
            ) : (
              <Skeleton className="h-4 w-40" />
            )}
          </h1>
        </>
      }
    >
      {children}
    </PageHead>
  );
}

export function RecordActions({
  entity,
  record,
  steps,
}: {
  entity: EntityMeta;
  record: RecordData;
  steps: Steps;
}) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const log = findEntity(useMeta(), 'change');
  const trash = useTrash(entity, record);
  const copy = async () => {
    await navigator.clipboard.writeText(window.location.href);
    toast.good(t('action.copied'));
  };
  if (record['deletedAt'])
    return (
      <Button size="sm" onClick={trash.restore}>
        {t('record.restore')}
      </Button>
    );
  return (
    <>
      <Neighbours entity={entity} id={record.id} />
      {steps.buttons}
      <Menu
        align="end"
        trigger={
          <button type="button" aria-label={t('action.more')} className={buttonClass('ghost', 'iconSm')}>
            <Ellipsis size={16} aria-hidden />
          </button>
        }
      >
        {steps.menu}
        <MenuItem onClick={() => void copy()}>
          <Link2 size={14} className="text-muted" aria-hidden />
          {t('action.copyLink')}
        </MenuItem>
        {log?.access.read === 'all' && (
          <MenuItem onClick={() => void navigate(`/audit?entity=${entity.name}&record=${record.id}`)}>
            <ScrollText size={14} className="text-muted" aria-hidden />
            {t('record.audit')}
          </MenuItem>
        )}
        {may(entity, 'delete') && (
          <MenuItem danger onClick={trash.remove}>
            <Trash2 size={14} aria-hidden />
            {t('action.delete')}
          </MenuItem>
        )}
      </Menu>
      {steps.dialog}
    </>
  );
}
