/* SPDX-License-Identifier: Apache-2.0 */
/* An address that leads nowhere, or to a record one may not see (the server does not tell which). */

import { Compass } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { EmptyState } from '@/ui/bits';
import { buttonClass } from '@/ui/button';

export function NotFound() {
  const { t } = useTranslation();
  return (
    <div className="flex h-full items-center justify-center">
      <EmptyState
        isPage
        icon={<Compass size={20} aria-hidden />}
        title={t('error.notFound')}
        text={t('error.notFoundText')}
      >
        <Link to="/" className={buttonClass('outline')}>
          {t('nav.home')}
        </Link>
      </EmptyState>
    </div>
  );
}
