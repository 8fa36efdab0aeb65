/* SPDX-License-Identifier: Apache-2.0 */
/* One's own account: the password and where one is signed in. */

import { ShieldCheck } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { PageHead } from '@/app/PageHead';
import { PasswordForm } from './PasswordForm';
import { Sessions } from './Sessions';

function Section({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  const id = useId();
  return (
    <section
      aria-labelledby={id}
      className="grid gap-x-10 gap-y-4 border-line border-b py-6 last:border-b-0 md:grid-cols-[14rem_1fr]"
    >
      <div>
        <h2 id={id} className="font-medium">
          {title}
        </h2>
        <p className="mt-1 text-muted">{text}</p>
      </div>
      <div className="min-w-0">{children}</div>
    </section>
  );
}

export function Account() {
  const { t } = useTranslation();
  return (
    <>
      <PageHead
        name={t('account.title')}
        icon={<ShieldCheck size={16} strokeWidth={1.75} aria-hidden />}
        title={<h1 className="font-semibold text-base">{t('account.title')}</h1>}
      />
      <div className="min-h-0 flex-1 overflow-auto">
        <div className="max-w-4xl px-4 md:px-6">
          <Section title={t('auth.password')} text={t('account.passwordText')}>
            <PasswordForm />
          </Section>
          <Section title={t('account.sessions')} text={t('account.sessionsText')}>
            <Sessions />
          </Section>
        </div>
      </div>
    </>
  );
}
