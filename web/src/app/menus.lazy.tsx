/* SPDX-License-Identifier: Apache-2.0 */
/* The menus of the frame, which come after the first page: until then stands what they are opened by. */

import { type ComponentType, lazy, type ReactNode, Suspense } from 'react';
import { useMeta } from '@/api/meta';
import { Avatar } from '@/ui/bits';

const menus = () => import('./AccountMenus');
const Organization = lazy(async () => ({ default: (await menus()).OrganizationMenu }));
const User = lazy(async () => ({ default: (await menus()).UserMenu }));
const Notifications = lazy(async () => ({ default: (await import('@/features/notifications/Bell')).Bell }));

type Narrow = { narrow: boolean };

const later = (Menu: ComponentType<Narrow>, Before: ComponentType<Narrow>) => (props: Narrow) => (
  <Suspense fallback={<Before {...props} />}>
    <Menu {...props} />
  </Suspense>
);

const Box = ({ narrow, high, children }: Narrow & { high: string; children: ReactNode }) => (
  <div className={`flex min-w-0 items-center gap-2 ${high} ${narrow ? 'w-8 justify-center' : 'px-1.5'}`}>
    {children}
  </div>
);

export const OrganizationMenu = later(Organization, ({ narrow }) => {
  const { organization } = useMeta();
  return (
    <Box narrow={narrow} high="h-8 flex-1">
      <Avatar name={organization.name} square />
      {!narrow && <span className="min-w-0 truncate font-semibold">{organization.name}</span>}
    </Box>
  );
});

export const UserMenu = later(User, ({ narrow }) => {
  const { user } = useMeta();
  const name = `${user.firstName} ${user.lastName}`.trim() || user.email;
  return (
    <Box narrow={narrow} high="mt-2 h-9 shrink-0">
      <Avatar name={name} size={24} />
      {!narrow && <span className="min-w-0 flex-1 truncate text-left">{name}</span>}
    </Box>
  );
});

export const Bell = () => (
  <Suspense fallback={<span className="size-7 shrink-0" />}>
    <Notifications />
  </Suspense>
);
