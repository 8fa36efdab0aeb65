/* SPDX-License-Identifier: Apache-2.0 */
/* What the account forms share: fields, submit, and the server's refusal shown where it belongs. */

import { zodResolver } from '@hookform/resolvers/zod';
import { useQueryClient } from '@tanstack/react-query';
import { Eye, EyeOff } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { type UseFormRegisterReturn, useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { z } from 'zod';
import { ApiError } from '@/api/client';
import { t } from '@/i18n';
import { safeNext } from '@/lib/next';
import { Button } from '@/ui/button';
import { FormRow, Input } from '@/ui/input';

z.config({ jitless: true });

const required = (label: string) =>
  z
    .string()
    .trim()
    .min(1, t('validate.required', { field: label }));
export const rules = {
  email: () =>
    z
      .string()
      .trim()
      .regex(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, t('validate.email')),
  password: () =>
    z
      .string()
      .min(8, t('validate.minLength', { count: 8 }))
      .max(200, t('validate.maxLength', { count: 200 })),
  currentPassword: () => z.string().min(1, t('validate.required', { field: t('auth.password') })),
  firstName: () => required(t('auth.firstName')),
  lastName: () => required(t('auth.lastName')),
  organization: () => required(t('auth.organization')),
};
type Rule = keyof typeof rules;

const attributes = {
  email: { type: 'email', autoComplete: 'username' },
  password: { type: 'password', autoComplete: 'new-password' },
  currentPassword: { type: 'password', autoComplete: 'current-password' },
  firstName: { type: 'text', autoComplete: 'given-name' },
  lastName: { type: 'text', autoComplete: 'family-name' },
  organization: { type: 'text', autoComplete: 'organization' },
} satisfies Record<Rule, { type: string; autoComplete: string }>;

export function explain(error: unknown): string {
  if (!(error instanceof ApiError)) return t('error.unknown');
  if (error.status === 401) return t('auth.wrong');
  if (error.status === 429) return t('auth.tooMany', { minutes: Math.ceil((error.retryAfter ?? 60) / 60) });
  return error.message;
}

export function PasswordBox({
  id,
  rule,
  invalid,
  register,
}: {
  id: string;
  rule: Rule;
  invalid: boolean;
  register: UseFormRegisterReturn;
}) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  return (
    <div className="relative">
      <Input
        id={id}
        {...register}
        {...attributes[rule]}
        type={shown ? 'text' : 'password'}
        className="h-9 pr-9"
        aria-invalid={invalid || undefined}
        aria-describedby={`${id}-${invalid ? 'error' : 'hint'}`}
      />
      <button
        type="button"
        aria-label={shown ? t('auth.hidePassword') : t('auth.showPassword')}
        aria-pressed={shown}
        onClick={() => setShown(!shown)}
        className="absolute inset-y-0 right-0 flex w-9 items-center justify-center rounded-md text-faint hover:text-text"
      >
        {shown ? <EyeOff size={16} aria-hidden /> : <Eye size={16} aria-hidden />}
      </button>
    </div>
  );
}

export type AccountValues = Record<Rule, string>;

export function AccountForm(props: {
  title: string;
  text: string;
  submit: string;
  fields: Rule[];
  onSubmit: (values: AccountValues) => Promise<unknown>;
  children?: ReactNode;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const schema = z.object(Object.fromEntries(props.fields.map((name) => [name, rules[name]()])));
  const form = useForm<Record<string, string>>({
    resolver: zodResolver(schema),
    defaultValues: Object.fromEntries(props.fields.map((name) => [name, ''])),
    mode: 'onTouched',
  });
  const { errors, isSubmitting } = form.formState;
  const first = props.fields[0];
  useEffect(() => {
    document.title = `${props.title} · ${t('app.name')}`;
    if (first) form.setFocus(first);
  }, [props.title, first, form, t]);

  const submit = form.handleSubmit(async (values) => {
    try {
      await props.onSubmit(values as AccountValues);
      client.clear();
      await navigate(safeNext(params.get('next')), { replace: true });
    } catch (error) {
      const details = error instanceof ApiError ? error.details : [];
      const own = details.filter((d) => props.fields.some((name) => name === d.field));
      for (const detail of own) form.setError(detail.field ?? '', { message: detail.message });
      if (!own.length) form.setError('root', { message: explain(error) });
    }
  });

  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      <div className="mb-2">
        <h1 className="font-semibold text-xl tracking-tight">{props.title}</h1>
        <p className="mt-1 text-muted">{props.text}</p>
      </div>
      {errors.root && (
        <p role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-danger">
          {errors.root.message}
        </p>
      )}
      <div className="grid grid-cols-2 gap-x-3 gap-y-4">
        {props.fields.map((name) => {
          const error = errors[name]?.message;
          const isPassword = attributes[name].type === 'password';
          const label = t(`auth.${name === 'currentPassword' ? 'password' : name}`);
          return (
            <div key={name} className={name === 'firstName' || name === 'lastName' ? '' : 'col-span-2'}>
              <FormRow
                id={name}
                label={label}
                error={error}
                hint={name === 'password' ? t('auth.passwordHint') : undefined}
              >
                {isPassword ? (
                  <PasswordBox
                    id={name}
                    rule={name}
                    invalid={Boolean(error)}
                    register={form.register(name)}
                  />
                ) : (
                  <Input
                    id={name}
                    className="h-9"
                    {...attributes[name]}
                    {...form.register(name)}
                    aria-invalid={error ? true : undefined}
                    aria-describedby={error ? `${name}-error` : undefined}
                  />
                )}
              </FormRow>
            </div>
          );
        })}
      </div>
      <Button type="submit" look="primary" size="lg" busy={isSubmitting} className="mt-1">
        {props.submit}
      </Button>
      {props.children}
    </form>
  );
}
