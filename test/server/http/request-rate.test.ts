import { describe, expect, it } from 'vitest';
import { clientOf } from '../../../dist/server/http/client-address.js';
import { RequestRate } from '../../../dist/server/http/request-rate.js';
import { SharedLimit } from '../../../dist/server/http/shared-limit.js';

const RATES = { each: { burst: 3, perSecond: 2 }, all: { burst: 5, perSecond: 10 } };

/** A rate on a clock that the test moves. */
function clockedRate(): {
  rate: RequestRate;
  advance: (ms: number) => void;
  take: (client: string, times: number) => (number | undefined)[];
} {
  let nowMs = 0;
  const rate = new RequestRate(RATES, () => nowMs);
  return {
    rate,
    advance: (ms) => {
      nowMs += ms;
    },
    take: (client, times) => Array.from({ length: times }, () => rate.take(client)),
  };
}

describe('a rate', () => {
  it('lets a burst through, then tells how long to wait, and then lets through what has grown back', () => {
    const { take, advance } = clockedRate();
    expect(take('a', 4)).toEqual([undefined, undefined, undefined, 1]);
    advance(1000);
    expect(take('a', 3)).toEqual([undefined, undefined, 1]);
  });

  it('lets others through while one has to wait, until all together are too many', () => {
    const { take } = clockedRate();
    take('a', 3);
    expect(take('b', 3)).toEqual([undefined, undefined, 1]);
  });

  it('makes whoever is charged wait the longer', () => {
    const { rate, take, advance } = clockedRate();
    rate.charge('a', 10);
    expect(take('a', 1)).toEqual([4]);
    advance(4000);
    expect(take('a', 1)).toEqual([undefined]);
  });

  it('does not forget those who ask when there are very many clients', () => {
    const { rate, take } = clockedRate();
    take('a', 3);
    for (let number = 0; number < 10_000; number += 1) {
      rate.charge(`other ${number}`, 0);
      rate.charge('a', 0);
    }
    expect(take('a', 1)).toEqual([1]);
  });
});

it('a limit is shared: one client leaves something to the others, and gives back what it took', () => {
  const limit = new SharedLimit({ each: 2, all: 3 });
  expect([limit.take('a'), limit.take('a'), limit.take('a')]).toEqual([true, true, false]);
  expect([limit.take('b'), limit.take('b')]).toEqual([true, false]);
  limit.giveBack('a');
  expect([limit.take('b'), limit.total]).toEqual([true, 3]);
});

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  [undefined, 'unknown'],
])('%s counts as the client %s', (address, client) => {
  expect(clientOf(address)).toBe(client);
});
