// SPDX-License-Identifier: Apache-2.0
// Chance that can be had again: CAIRN_SEED says which. Who uses it prints it.
export const SEED = Number(process.env.CAIRN_SEED ?? Date.now() % 1e6);

/** Numbers from 0 to 1 (mulberry32). */
export function randomOf(seed) {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
