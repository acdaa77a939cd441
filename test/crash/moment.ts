import type { Image } from './nodes.js';

/** Something that a crash decides: which entry is found under a name, what a file holds, how far the journal came. */
export interface ChoicePoint {
  readonly what: string;
  /** How many options there are. */
  readonly size: number;
  /**
   * One of them, for people; they come in the order in which they happened: the first is what was durable, the last
   * what programs saw before the crash.
   */
  describe(option: number): string;
}

/** For each choice point, which option a crash left. */
export type Choice = readonly number[];

/** One instant at which the power may go: what is open then, and the disk that each choice leaves. */
export interface Moment {
  readonly points: readonly ChoicePoint[];
  /** Valid until the next event is heard. */
  imageOf(choice: Choice): Image;
}

/** How a file system forgets. It hears every event in order and can be asked after each of them. */
export interface Forgetting {
  hear(eventIndex: number): void;
  /** Everything heard so far reaches the platter, as it does on a disk that is left in peace. */
  settle(): void;
  /** The instant after the last event heard. */
  moment(): Moment;
}
