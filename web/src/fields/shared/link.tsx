/* SPDX-License-Identifier: Apache-2.0 */
/* A link that leaves the app; inside a clickable row it must not also open the row. */
import type { ReactNode } from 'react';

export function OutLink({ href, children }: { href: string; children: ReactNode }) {
  const web = href.startsWith('http');
  return (
    <a
      href={href}
      {...(web ? { target: '_blank', rel: 'noreferrer' } : {})}
      onClick={(event) => event.stopPropagation()}
      className="rounded-sm underline decoration-line-strong underline-offset-3 hover:decoration-accent"
    >
      {children}
    </a>
  );
}
