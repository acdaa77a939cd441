/** Which of the disks that a crash may leave are looked at. */
import type { Chance } from './chance.js';
import type { Choice, ChoicePoint } from './moment.js';

/** How many are looked at. */
export interface ChoiceLimits {
  /** Up to so many, all of them. */
  readonly all: number;
  /** Beyond that, about so many. */
  readonly some: number;
}

/**
 * Every choice if they are few; else everything, nothing, and `some` more: one thing lost, one thing alone, or any
 * company of losses, by chance.
 */
export function* choicesOf(points: readonly ChoicePoint[], limits: ChoiceLimits, chance: Chance): Generator<Choice> {
  const sizes = points.map(({ size }) => size);
  if (sizes.reduce((product, size) => product * size, 1) <= limits.all) {
    yield* everyChoice(sizes);
    return;
  }
  const nothing = sizes.map(() => 0);
  const everything = sizes.map((size) => size - 1);
  yield everything;
  yield nothing;
  const singles = singlesOf(sizes);
  const left = limits.some - singles.length;
  for (const { index, option, isLost } of left >= 0 ? singles : someOf(singles, limits.some / 2, chance))
    yield (isLost ? everything : nothing).with(index, option);
  for (let done = 0; done < Math.max(left, limits.some / 2); done++) yield someChoice(sizes, chance);
}

interface Single {
  readonly index: number;
  readonly option: number;
  /** Whether all the rest survives, or nothing else. */
  readonly isLost: boolean;
}

/** Each thing lost in each way, and each thing that alone survives. */
function singlesOf(sizes: readonly number[]): readonly Single[] {
  return sizes.flatMap((size, index) =>
    Array.from({ length: size - 1 }, (_, option): Single[] => [
      { index, option, isLost: true },
      { index, option: option + 1, isLost: false },
    ]).flat(),
  );
}

function someOf<T>(items: readonly T[], count: number, chance: Chance): readonly T[] {
  return Array.from({ length: count }, () => items[Math.floor(chance() * items.length)]).filter(
    (item) => item !== undefined,
  );
}

function* everyChoice(sizes: readonly number[]): Generator<Choice> {
  const choice = sizes.map(() => 0);
  for (;;) {
    yield [...choice];
    let index = 0;
    while (index < sizes.length && choice[index] === (sizes[index] ?? 1) - 1) choice[index++] = 0;
    if (index === sizes.length) return;
    choice[index] = (choice[index] ?? 0) + 1;
  }
}

/** Crashes lose little, about half, or nearly everything, so that rare losses are met in company of all kinds. */
function someChoice(sizes: readonly number[], chance: Chance): Choice {
  const [keepsAll, keepsNothing] = [chance(), chance()];
  return sizes.map((size) => {
    if (chance() < keepsAll * 0.95) return size - 1;
    return chance() < keepsNothing * 0.9 ? 0 : Math.floor(chance() * size);
  });
}
