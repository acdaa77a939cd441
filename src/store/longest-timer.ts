/** The longest time a timer of Node can wait, in milliseconds: almost 25 days. A longer one would fire at once. */
export const LONGEST_TIMER_MS: number = 2 ** 31 - 1;
