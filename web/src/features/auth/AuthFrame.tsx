/* SPDX-License-Identifier: Apache-2.0 */
/* The page around sign-in, registration and invitations. */
import { useTranslation } from 'react-i18next';
import { Outlet } from 'react-router';

export function Mark({ size = 28 }: { size?: number }) {
  return <img src="/favicon.svg" alt="" width={size} height={size} />;
}

export function AuthFrame() {
  const { t } = useTranslation();
  return (
    <div className="grid h-full overflow-y-auto bg-surface lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
      <main className="flex flex-col px-6 py-8 sm:px-12">
        <div className="flex items-center gap-2.5 font-semibold text-lg">
          <Mark />
          {t('app.name')}
        </div>
        <div className="m-auto w-full max-w-85 py-10">
          <Outlet />
        </div>
      </main>
      <aside className="relative hidden overflow-hidden bg-canvas p-3 lg:block">
        <div className="relative flex h-full flex-col overflow-hidden rounded-2xl bg-accent-soft p-12">
          <Stones />
          <p className="relative max-w-md font-semibold text-2xl tracking-tight">{t('auth.pitch')}</p>
          <p className="relative mt-2 max-w-md text-base text-muted">{t('auth.pitchText')}</p>
        </div>
      </aside>
    </div>
  );
}

/** A cairn: stones laid one upon the other to mark a way. */
function Stones() {
  const stones = [
    [300, 640, 250, 74],
    [322, 516, 196, 62],
    [286, 412, 156, 52],
    [312, 326, 112, 42],
    [298, 258, 74, 32],
  ] as const;
  return (
    <svg
      aria-hidden
      viewBox="0 190 600 560"
      preserveAspectRatio="xMidYMax meet"
      className="absolute inset-x-0 bottom-0 h-3/4 w-full"
    >
      {stones.map(([cx, cy, rx, ry], index) => (
        <ellipse
          key={cy}
          cx={cx}
          cy={cy}
          rx={rx}
          ry={ry}
          fill="var(--c-accent)"
          opacity={0.1 + index * 0.055}
        />
      ))}
    </svg>
  );
}
