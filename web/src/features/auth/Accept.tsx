/* SPDX-License-Identifier: Apache-2.0 */
/* Follows an invitation link: `/accept-invitation#token=…`. After `#`, so that no server log keeps the token. */

import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { acceptInvitation } from '@/api/session';
import { AccountForm } from './form';

export function Accept() {
  const { t } = useTranslation();
  const [params] = useSearchParams();
  const [token] = useState(
    () => new URLSearchParams(window.location.hash.slice(1)).get('token') ?? params.get('token') ?? '',
  );
  if (!token) {
    return (
      <div>
        <h1 className="font-semibold text-xl tracking-tight">{t('auth.acceptTitle')}</h1>
        <p className="mt-2 text-muted">{t('auth.acceptNoToken')}</p>
      </div>
    );
  }
  return (
    <AccountForm
      title={t('auth.acceptTitle')}
      text={t('auth.acceptText')}
      submit={t('auth.accept')}
      fields={['firstName', 'lastName', 'password']}
      onSubmit={({ firstName, lastName, password }) =>
        acceptInvitation({ token, firstName, lastName, password })
      }
    />
  );
}
