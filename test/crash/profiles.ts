import type { Journal } from './journal.js';
import { Journalled } from './journalled.js';
import type { Forgetting } from './moment.js';
import { Weakest } from './weakest.js';

/** The ways to forget that are tried; each is described, with its source, where it is made. */
export const PROFILES = ['ordered', 'rename-before-data', 'weakest'] as const;
export type Profile = (typeof PROFILES)[number];

/** A disk of that kind, which has heard nothing of the journal yet. */
export function forgettingOf(profile: Profile, journal: Journal): Forgetting {
  return profile === 'weakest'
    ? new Weakest(journal)
    : new Journalled(journal, { isDataOrdered: profile === 'ordered' });
}
