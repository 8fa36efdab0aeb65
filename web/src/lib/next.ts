/* SPDX-License-Identifier: Apache-2.0 */
/* Only a path of our own: the address must not send anybody elsewhere after signing in. */
export const safeNext = (next: string | null): string => (next && /^\/(?![/\\])/.test(next) ? next : '/');
