/* SPDX-License-Identifier: Apache-2.0 */

import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { register } from '@/api/session';
import { AccountForm } from './form';

/** The organisation's clocks are those of who founds it, until the settings say otherwise. */
const timeZoneHere = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

export function Register() {
  const { t } = useTranslation();
  return (
    <AccountForm
      title={t('auth.registerTitle')}
      text={t('auth.registerText')}
      submit={t('auth.register')}
      fields={['organization', 'firstName', 'lastName', 'email', 'password']}
      onSubmit={({ organization, firstName, lastName, email, password }) =>
        register({ organization, firstName, lastName, email, password, timeZone: timeZoneHere() })
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
