/* SPDX-License-Identifier: Apache-2.0 */
/* Shown while the first page or a page's chunk is on its way. */

import { useTranslation } from 'react-i18next';
import { Spinner } from '@/ui/bits';

export function PageLoading() {
  const { t } = useTranslation();
  return (
    <div className="flex h-full items-center justify-center">
      <Spinner label={t('app.name')} />
    </div>
  );
}
