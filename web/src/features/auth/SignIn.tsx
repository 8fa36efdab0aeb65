/* SPDX-License-Identifier: Apache-2.0 */

import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { signIn } from '@/api/session';
import { AccountForm } from './form';

export function SignIn() {
  const { t } = useTranslation();
  return (
    <AccountForm
      title={t('auth.signInTitle')}
      text={t('auth.signInText')}
      submit={t('auth.signIn')}
      fields={['email', 'currentPassword']}
      onSubmit={({ email, currentPassword }) => signIn(email, currentPassword)}
    >
      <p className="text-center text-muted">
        {t('auth.noAccount')}{' '}
        <Link to="/register" className="font-medium text-accent hover:underline">
          {t('auth.register')}
        </Link>
      </p>
    </AccountForm>
  );
}
