/* SPDX-License-Identifier: Apache-2.0 */
/* Asks the server what is read, as whoever is signed in, and shows its answer as it came. */

import { Play } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { getPlain } from '@/api/client';
import { Button } from '@/ui/button';
import { addressOf, type Operation } from './spec';

type Answer = { status: number; ms: number; text: string };
const MOST = 100_000;

async function ask(address: string): Promise<Answer> {
  const started = performance.now();
  const response = await getPlain(address);
  const raw = await response.text();
  const isJson = response.headers.get('Content-Type')?.includes('json');
  const text = isJson && raw.length < MOST ? JSON.stringify(JSON.parse(raw), null, 2) : raw;
  return { status: response.status, ms: Math.round(performance.now() - started), text };
}

export function TryIt({ operation, values }: { operation: Operation; values: Record<string, string> }) {
  const { t } = useTranslation();
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const address = addressOf(operation, values);
  const isWhole = !address.includes('{');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setFailed(false);
    try {
      setAnswer(await ask(address));
    } catch {
      setFailed(true);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" size="sm" look="primary" busy={busy} disabled={!isWhole}>
          {!busy && <Play size={12} aria-hidden />}
          {t('apiDocs.send')}
        </Button>
        <code className="min-w-0 flex-1 truncate text-muted text-xs">{address}</code>
      </div>
      {!isWhole && <p className="text-faint text-xs">{t('apiDocs.fill')}</p>}
      {failed && (
        <p role="alert" className="text-danger text-xs">
          {t('apiDocs.failed')}
        </p>
      )}
      {answer && (
        <section aria-label={t('apiDocs.answer')} className="overflow-hidden rounded-lg ring-1 ring-line">
          <p className="flex gap-3 border-line border-b bg-subtle px-3 py-1.5 text-xs tabular-nums">
            <span className={answer.status < 400 ? 'font-medium text-good' : 'font-medium text-danger'}>
              {answer.status}
            </span>
            <span className="text-muted">{t('apiDocs.took', { ms: answer.ms })}</span>
          </p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long answer is scrolled by the keyboard */}
          <pre tabIndex={0} className="max-h-96 overflow-auto p-3 text-xs">
            {answer.text.slice(0, MOST)}
          </pre>
        </section>
      )}
    </form>
  );
}
