import { existsSync } from 'node:fs';
import { measureCheckout } from './checkout.mjs';
import { measureEditStorm } from './edit-storm.mjs';

/** What an edit costs all instances together, and what a change of branch costs one. */
export async function measureFresh(bench) {
  // Only Linux tells what another process has used.
  if (!existsSync('/proc/self/stat')) return [];
  return [...(await measureEditStorm(bench)), ...(await measureCheckout(bench))];
}
