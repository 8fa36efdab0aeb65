/* SPDX-License-Identifier: Apache-2.0 */

import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { register } from '@/api/session';
import { AccountForm } from './form';

export function Register() {
  const { t } = useTranslation();
  return (
    <AccountForm
      title={t('auth.registerTitle')}
      text={t('auth.registerText')}
      submit={t('auth.register')}
      fields={['organization', 'firstName', 'lastName', 'email', 'password']}
      onSubmit={({ organization, firstName, lastName, email, password }) =>
        register({ organization, firstName, lastName, email, password })
      }
    >
      <p className="text-center text-muted">
        {t('auth.haveAccount')}{' '}
        <Link to="/sign-in" className="font-medium text-accent hover:underline">
          {t('auth.signIn')}
        </Link>
      </p>
    </AccountForm>
  );
}
