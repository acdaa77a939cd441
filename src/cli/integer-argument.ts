import { InvalidArgumentError } from 'commander';

/** Reads a command line value as a whole number from `lowest` to `highest`; anything else is a usage error. */
export function integerBetween(lowest: number, highest: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (/^\d+$/u.test(value) && number >= lowest && number <= highest) return number;
    throw new InvalidArgumentError(`It must be a whole number from ${lowest} to ${highest}.`);
  };
}
