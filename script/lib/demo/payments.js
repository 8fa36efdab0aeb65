// SPDX-License-Identifier: Apache-2.0
// What the demo organisation was paid and has paid, and what it has delivered. Sent one after the other, by
// day, so that numbers follow the calendar.

const DAY_MS = 86_400_000;
const METHODS = ['Bank transfer', 'Bank transfer', 'Card', 'Online', 'Bank transfer', 'Cheque'];
const dayOf = (ms) => new Date(ms).toISOString().slice(0, 10);
const cents = (amount) => Math.round(amount * 100) / 100;

/** How the i-th invoice is paid: in full, in part, too late, or not yet. */
function incoming(invoice, i, now) {
  const due = Date.parse(invoice.dueDate);
  const paid = Math.max(due - ((i * 3) % 9) * DAY_MS, Date.parse(invoice.issueDate) + DAY_MS);
  const at = dayOf(Math.min(paid, now - DAY_MS));
  const body = { invoiceId: invoice.id, amount: invoice.total, method: METHODS[i % METHODS.length], paidAt: at, reference: `Statement ${at.slice(5, 7)}/${(i % 4) + 1}` };
  if (invoice.type === 'deposit') return [body];
  if (i % 6 === 5) return [];
  if (i % 5 === 3) return [{ ...body, amount: cents(invoice.total * 0.4), notes: 'The rest is promised for next month.' }];
  return due - 8 * DAY_MS > now ? [] : [body];
}

/** What vendors were to get was paid on its day, but for what fell due in these last days. */
async function outgoing(admin, now) {
  const due = await admin.get(`/payments?direction=out&instalment[null]=false&dueDate[lt]=${dayOf(now - 4 * DAY_MS)}&sort=dueDate,amount&limit=200`);
  return due.map((payment) => ({
    at: payment.dueDate,
    send: () => admin.make(`/payments/${payment.id}/complete`, `pay-${payment.id}`, {
      paidAt: payment.dueDate, method: 'Bank transfer', reference: payment.instalment === 'deposit' ? 'Deposit' : 'Final payment',
    }),
  }));
}

const goodsOf = (invoice) => invoice.lines.filter((line) => line.kind === 'item' && line.productId && line.quantity >= 1);

/** What the first invoices sell goes out, of some in parts. */
async function deliver(admin, invoices) {
  const steps = [['issue', 'deliver'], ['issue'], [], ['issue', 'deliver'], ['issue', 'cancel']];
  for (const [i, verbs] of steps.entries()) {
    const invoice = invoices[i];
    const lines = goodsOf(invoice).map(({ id, quantity }) => ({ invoiceLineId: id, quantity: i % 2 ? quantity : Math.ceil(quantity / 2) }));
    const note = await admin.make('/delivery-notes', `delivery-${i}`, {
      invoiceId: invoice.id, deliveryDate: invoice.issueDate, carrier: i % 2 ? 'Blue Line Coaches' : 'Own van', lines,
    });
    for (const verb of verbs) await admin.make(`/delivery-notes/${note.id}/${verb}`, `delivery-${i}-${verb}`, verb === 'deliver' ? { receivedBy: 'Reception' } : {});
  }
}

export async function fillPayments(admin, now) {
  const issued = await admin.get('/invoices?issuedAt[null]=false&voidedAt[null]=true&type[ne]=credit_note&sort=number&limit=200&include=lines');
  const paying = issued.flatMap((invoice, i) => incoming(invoice, i, now).map((body) => ({
    at: body.paidAt, send: () => admin.make('/payments', `paid-${invoice.number}`, body),
  })));
  const all = [...paying, ...(await outgoing(admin, now))].sort((a, b) => (a.at < b.at ? -1 : 1));
  for (const { send } of all) await send();
  // Who paid what was credited since has credit, of which a part goes back.
  const [credit] = await admin.get('/payments?unallocated[gt]=0&sort=number&limit=1');
  if (credit) await admin.make(`/payments/${credit.id}/refund`, 'refund', { amount: cents((credit.unallocated + credit.refundedTotal) / 2) });
  const open = await admin.get('/invoices?status=issued&sort=-number&limit=1');
  for (const invoice of open) {
    await admin.make('/payments', `plan-${invoice.number}`, { invoiceId: invoice.id, amount: invoice.balance, status: 'scheduled', dueDate: invoice.dueDate, method: 'Card' });
  }
  await deliver(admin, issued.filter((invoice) => goodsOf(invoice).length));
}
