/* SPDX-License-Identifier: Apache-2.0 */
/* A new password, against the present one. */

import { zodResolver } from '@hookform/resolvers/zod';
import { useQueryClient } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { ApiError } from '@/api/client';
import { useMeta } from '@/api/meta';
import { changePassword } from '@/api/session';
import { explain, PasswordBox, rules } from '@/features/auth/form';
import { Button } from '@/ui/button';
import { FormRow } from '@/ui/input';
import { toast } from '@/ui/toast';

type Values = { currentPassword: string; password: string };
const empty: Values = { currentPassword: '', password: '' };

/** The server's name for a field → the form's. */
const fieldOf = { currentPassword: 'currentPassword', newPassword: 'password' } as const;
const isKnown = (name: string | null | undefined): name is keyof typeof fieldOf => !!name && name in fieldOf;

export function PasswordForm() {
  const { t } = useTranslation();
  const { user } = useMeta();
  const client = useQueryClient();
  const schema = z.object({ currentPassword: rules.currentPassword(), password: rules.password() });
  const form = useForm<Values>({
    resolver: zodResolver(schema),
    defaultValues: empty,
    mode: 'onSubmit',
  });
  const { errors, isSubmitting } = form.formState;

  const submit = form.handleSubmit(async ({ currentPassword, password }) => {
    try {
      const { sessionsRevoked } = await changePassword(currentPassword, password);
      form.reset(empty);
      toast.good(t('account.passwordChanged'), {
        ...(sessionsRevoked ? { description: t('account.othersEnded', { count: sessionsRevoked }) } : {}),
      });
      await client.invalidateQueries({ queryKey: ['sessions'] });
    } catch (error) {
      const details = error instanceof ApiError ? error.details : [];
      for (const detail of details)
        if (isKnown(detail.field)) form.setError(fieldOf[detail.field], { message: detail.message });
      if (!details.some((detail) => isKnown(detail.field)))
        form.setError('root', { message: explain(error) });
    }
  });

  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="flex max-w-sm flex-col gap-3.5">
      {errors.root && (
        <p role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-danger">
          {errors.root.message}
        </p>
      )}
      <input type="text" autoComplete="username" value={user.email} readOnly hidden />
      <FormRow
        id="currentPassword"
        label={t('account.currentPassword')}
        error={errors.currentPassword?.message}
      >
        <PasswordBox
          id="currentPassword"
          rule="currentPassword"
          invalid={Boolean(errors.currentPassword)}
          register={form.register('currentPassword')}
        />
      </FormRow>
      <FormRow
        id="password"
        label={t('account.newPassword')}
        error={errors.password?.message}
        hint={t('auth.passwordHint')}
      >
        <PasswordBox
          id="password"
          rule="password"
          invalid={Boolean(errors.password)}
          register={form.register('password')}
        />
      </FormRow>
      <Button type="submit" look="primary" busy={isSubmitting} className="self-start">
        {t('account.changePassword')}
      </Button>
    </form>
  );
}
