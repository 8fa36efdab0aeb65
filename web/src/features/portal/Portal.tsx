/* SPDX-License-Identifier: Apache-2.0 */
/* What a partner's people see instead of everything else. An address that is none of these leads nowhere. */

import './words';
import { lazy } from 'react';
import { Route, Routes } from 'react-router';
import { useMeta } from '@/api/meta';
import { NotFound } from '@/app/NotFound';
import { LeadList } from './LeadList';
import { LeadView } from './LeadView';
import { PortalHome } from './PortalHome';

const Account = lazy(async () => ({ default: (await import('@/features/account/Account')).Account }));
const NewLead = lazy(async () => ({ default: (await import('./NewLead')).NewLead }));
const People = lazy(async () => ({ default: (await import('./People')).People }));

export function Portal() {
  const { can } = useMeta();
  return (
    <Routes>
      <Route index Component={PortalHome} />
      <Route path="leads" Component={LeadList} />
      <Route path="leads/new" Component={NewLead} />
      <Route path="leads/:id" Component={LeadView} />
      {can.invite && <Route path="people" Component={People} />}
      <Route path="account" Component={Account} />
      <Route path="*" Component={NotFound} />
    </Routes>
  );
}
