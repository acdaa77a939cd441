import { describe, expect, test } from 'vitest';
import { checkHistory } from './check-history.js';
import type { Operation } from './operation.js';
import { parseOperations, parseRefereeNotes } from './read-logs.js';
import { SyntheticHistory } from './synthetic-history.js';

/** The rules that the history breaks, each once. */
function rulesBrokenBy(
  body: (history: SyntheticHistory) => void,
  excusedCodes: readonly string[] = [],
): readonly string[] {
  const logs = new Map<string, string[]>([['referee', []]]);
  const history = new SyntheticHistory((log, line) => {
    const lines = logs.get(log) ?? [];
    logs.set(log, lines);
    lines.push(line);
  });
  body(history);
  history.end();
  const referee = parseRefereeNotes(logs.get('referee') ?? []);
  const operations: Operation[] = [];
  for (const [process, lines] of logs) {
    const diedNs = referee.deaths.get(process) ?? Number.POSITIVE_INFINITY;
    if (process !== 'referee') parseOperations(process, lines, { operations, warnings: [], diedNs });
  }
  const { violations } = checkHistory({ operations, referee, warnings: [] }, { codes: excusedCodes });
  return [...new Set(violations.map(({ rule }) => rule))];
}

/** Acknowledges an update that says that it stood on `base` and made `generation`. */
function claimUpdate(history: SyntheticHistory, process: string, base: number, generation: number): void {
  history.acknowledge(process, { generation, baseGeneration: base, digest: history.digestOf(base) });
}

describe('the checker accepts', () => {
  test('updates, reads, rollbacks and resumes in turn', () => {
    const broken = rulesBrokenBy((history) => {
      for (const process of ['a', 'b', 'a']) history.update(process);
      history.read('reader');
      history.rollback('back', 1, 'hold');
      history.begin('a', 'update');
      history.refuse('a', 'STORE_HELD');
      history.resume('back');
      history.update('b');
      history.read('reader');
    });
    expect(broken).toEqual([]);
  });

  test('commits that nobody was told of, entirely there or entirely absent', () => {
    const broken = rulesBrokenBy((history) => {
      history.update('a');
      history.commit(history.begin('there', 'update'));
      history.begin('absent', 'update');
      history.begin('back', 'rollback', 1, 'free');
      history.restore(1);
      history.commit(history.begin('also-there', 'update'));
      for (const process of ['there', 'absent', 'back', 'also-there']) history.kill(process);
      history.update('a');
      history.read('reader');
    });
    expect(broken).toEqual([]);
  });

  test('either generation from a read that overlaps a commit', () => {
    const broken = rulesBrokenBy((history) => {
      history.update('a');
      for (const reader of ['early', 'late']) history.begin(reader, 'read');
      history.update('a');
      history.acknowledge('early', { generation: 1, digest: history.digestOf(1) });
      history.acknowledge('late', { generation: 2, digest: history.digestOf(2) });
    });
    expect(broken).toEqual([]);
  });
});

describe('the checker finds', () => {
  test('a lost commit: the next one stands on what was before it', () => {
    const broken = rulesBrokenBy((history) => {
      history.update('a');
      history.begin('b', 'update');
      history.commitNothing();
      claimUpdate(history, 'b', 1, 2);
      history.update('a');
    });
    expect(broken).toEqual(['BASE_DIFFERS', 'WRONG_CONTENT']);
  });

  test('a lost commit at the very end, by the final state', () => {
    const broken = rulesBrokenBy((history) => {
      history.update('a');
      history.begin('b', 'update');
      claimUpdate(history, 'b', 1, 2);
    });
    expect(broken).toEqual(['UNEXPLAINED_GENERATION']);
  });

  test('a commit that was applied twice', () => {
    const broken = rulesBrokenBy((history) => {
      history.update('a');
      const update = history.begin('b', 'update');
      history.commit(update);
      history.commit(update);
      claimUpdate(history, 'b', 2, 3);
      history.update('a');
    });
    expect(broken).toContain('UNEXPLAINED_GENERATION');
  });

  test('a killed commit that was applied twice', () => {
    const broken = rulesBrokenBy((history) => {
      history.update('a');
      const update = history.begin('b', 'update');
      history.commit(update);
      history.commit(update);
      history.kill('b');
      history.update('a');
    });
    expect(broken).toEqual(['UNEXPLAINED_GENERATION']);
  });

  test('a killed commit that is there in part', () => {
    const broken = rulesBrokenBy((history) => {
      history.update('a');
      history.begin('b', 'update');
      history.commit('something.4');
      history.kill('b');
      history.update('a');
    });
    expect(broken).toEqual(['UNEXPLAINED_GENERATION']);
  });

  test('a refused commit that is there', () => {
    const broken = rulesBrokenBy((history) => {
      history.update('a');
      history.commit(history.begin('b', 'update'));
      history.refuse('b', 'LOCK_TIMEOUT');
      history.update('a');
    });
    expect(broken).toEqual(['UNEXPLAINED_GENERATION']);
  });

  test('a commit that took effect after its process was dead', () => {
    const broken = rulesBrokenBy((history) => {
      history.update('a');
      const update = history.begin('b', 'update');
      history.kill('b');
      history.update('a');
      history.commit(update);
      history.update('a');
    });
    expect(broken).toEqual(['UNEXPLAINED_GENERATION']);
  });

  test('a stale read: it began after a commit and did not see it', () => {
    const broken = rulesBrokenBy((history) => {
      for (const process of ['a', 'a']) history.update(process);
      history.read('reader', { generation: 1 });
    });
    expect(broken).toEqual(['BACKWARD']);
  });

  test('a backward read: another process had seen more by then', () => {
    const broken = rulesBrokenBy((history) => {
      history.update('a');
      const update = history.begin('a', 'update');
      history.commit(update);
      history.read('first', { generation: 2 });
      history.read('second', { generation: 1 });
      claimUpdate(history, 'a', 1, 2);
    });
    expect(broken).toEqual(['BACKWARD']);
  });

  test('a read from the future', () => {
    const broken = rulesBrokenBy((history) => {
      history.update('a');
      history.commit('a.1');
      history.read('reader');
      history.begin('a', 'update');
      claimUpdate(history, 'a', 1, 2);
    });
    expect(broken).toEqual(['BACKWARD']);
  });

  test('a mixed read', () => {
    const broken = rulesBrokenBy((history) => {
      for (const process of ['a', 'a']) history.update(process);
      history.read('reader', { digest: '0123456789ab' });
    });
    expect(broken).toEqual(['WRONG_CONTENT']);
  });

  test('an update that was decided on a mixture', () => {
    const broken = rulesBrokenBy((history) => {
      history.update('a');
      history.commit(history.begin('b', 'update'));
      history.acknowledge('b', { generation: 2, baseGeneration: 1, digest: '0123456789ab' });
    });
    expect(broken).toEqual(['BASE_DIFFERS']);
  });

  test('two acknowledgements of one generation', () => {
    const broken = rulesBrokenBy((history) => {
      history.update('a');
      history.begin('b', 'update');
      history.update('a');
      claimUpdate(history, 'b', 1, 2);
    });
    expect(broken).toEqual(['ACKNOWLEDGED_TWICE']);
  });

  test('commits whose generations contradict the clock', () => {
    const broken = rulesBrokenBy((history) => {
      history.commit('later.0');
      history.commit(history.begin('earlier', 'update'));
      claimUpdate(history, 'earlier', 1, 2);
      history.begin('later', 'update');
      claimUpdate(history, 'later', 0, 1);
    });
    expect(broken).toEqual(['BACKWARD']);
  });

  test('a rollback to something else than its target', () => {
    const broken = rulesBrokenBy((history) => {
      for (const process of ['a', 'a', 'a']) history.update(process);
      history.begin('back', 'rollback', 1, 'free');
      history.restore(2);
      history.acknowledge('back', { generation: 4 });
      history.read('reader');
    });
    expect(broken).toEqual(['WRONG_CONTENT']);
  });

  test('an update that went through a hold', () => {
    const broken = rulesBrokenBy((history) => {
      for (const process of ['a', 'a']) history.update(process);
      history.rollback('back', 1, 'hold');
      history.update('a');
    });
    expect(broken).toEqual(['HOLD_IGNORED']);
  });

  test('a hold that a second rollback lost', () => {
    const broken = rulesBrokenBy((history) => {
      for (const process of ['a', 'a']) history.update(process);
      history.rollback('back', 1, 'hold');
      history.rollback('back', 2);
      history.begin('back', 'resume');
      history.acknowledge('back', { generation: 4, baseGeneration: 4 });
    });
    expect(broken).toEqual(['HOLD_IGNORED']);
  });

  test('a refusal for a hold that was not there', () => {
    const broken = rulesBrokenBy((history) => {
      history.update('a');
      history.begin('a', 'update');
      history.refuse('a', 'STORE_HELD');
    });
    expect(broken).toEqual(['HOLD_IGNORED']);
  });

  test('a tag that is gone, one that came back, and one that nobody set', () => {
    for (const spoil of ['gone', 'back', 'invented']) {
      const broken = rulesBrokenBy((history) => {
        history.update('a');
        history.begin('tagger', 'tag', 'name');
        history.acknowledge('tagger', { generation: 1 });
        if (spoil === 'back') {
          history.begin('tagger', 'untag', 'name');
          history.acknowledge('tagger', {});
        }
        if (spoil !== 'gone') history.leaveTag('name', 1);
        if (spoil === 'invented') history.leaveTag('other', 1);
      });
      expect(broken).toEqual(['TAG_LOST']);
    }
  });

  test('what comes after many refusals that are excused', () => {
    const broken = rulesBrokenBy(
      (history) => {
        for (let refusals = 0; refusals < 100; refusals++) {
          history.begin('a', 'keep', 1);
          history.refuse('a', 'IO_FAILED');
        }
        history.begin('a', 'keep', 1);
        history.refuse('a', 'STORE_CLOSED');
      },
      ['IO_FAILED'],
    );
    expect(broken).toEqual(['UNEXPECTED_ERROR']);
  });

  test('an error that nothing explains', () => {
    const broken = rulesBrokenBy((history) => {
      history.begin('a', 'keep', 1);
      history.refuse('a', 'GENERATION_EXPIRED');
    });
    expect(broken).toEqual(['UNEXPECTED_ERROR']);
  });
});
