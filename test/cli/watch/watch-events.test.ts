import { describe, expect, it } from 'vitest';
import { eventsBetween, type Look } from '../../../dist/cli/watch/watch-events.js';
import { eventLine, picture } from '../../../dist/cli/watch/watch-text.js';

const INDEXER = { id: 'a', pid: 1, host: 'h', client: 'editor', role: 'indexer' } as const;
const FOLLOWER = { id: 'b', pid: 2, host: 'h', client: 'chat', role: 'follower' } as const;
const HOLD = { rolledBackTo: 1, since: '2026-01-01T00:00:00.000Z', by: 'me' };

function look(generation: number, status: Partial<Look['status']> = {}): Look {
  const generations = Array.from({ length: generation }, (_, index) => ({
    generation: generation - index,
    parent: null,
    createdAt: '2026-01-01T00:00:00.000Z',
    writer: 'editor',
    operation: 'index',
    reason: '',
    added: 1,
    changed: 0,
    removed: 0,
    sizeBytes: 1,
    ownSizeBytes: 1,
    tags: [],
  }));
  return {
    generations,
    status: {
      generation,
      stale: false,
      indexing: false,
      root: '/srv',
      indexPath: '/srv/.snapdex',
      documents: 3,
      chunks: 5,
      segments: 1,
      generations: generation,
      sizeBytes: 1,
      hold: null,
      pendingChanges: 0,
      embedding: { embedder: 'local', id: 'x', dimension: 1, embedded: 5, missing: 0, embedding: false },
      coordinationMode: 'file_lock',
      fileSystem: 'ext4',
      instances: [INDEXER],
      problems: [],
      ...status,
    },
  };
}

const kinds = (before: Look | undefined, after: Look) => eventsBetween(before, after).map(({ event }) => event);

describe('what has happened between two looks at an index', () => {
  it('is the state at first, and nothing while nothing happens', () => {
    expect(kinds(undefined, look(1))).toEqual(['state']);
    expect(kinds(look(1), look(1))).toEqual([]);
  });

  it('is each commit, oldest first', () => {
    const events = eventsBetween(look(1), look(3));
    expect(events).toMatchObject([
      { event: 'commit', generation: 2 },
      { event: 'commit', generation: 3 },
    ]);
  });

  it('is who came, who went and who took over', () => {
    const after = look(1, {
      instances: [
        { ...FOLLOWER, role: 'indexer' },
        { ...INDEXER, id: 'c' },
      ],
    });
    expect(eventsBetween(look(1, { instances: [INDEXER, FOLLOWER] }), after)).toEqual([
      { event: 'left', instance: INDEXER },
      { event: 'role', instance: { ...FOLLOWER, role: 'indexer' } },
      { event: 'joined', instance: { ...INDEXER, id: 'c' } },
    ]);
  });

  it('is a hold that begins or ends, and what is pending', () => {
    expect(kinds(look(1), look(1, { hold: HOLD, pendingChanges: 2 }))).toEqual(['hold', 'pending']);
    expect(eventsBetween(look(1, { hold: HOLD }), look(1))).toEqual([{ event: 'hold', hold: null }]);
  });
});

describe('as text', () => {
  it('each event is one line', () => {
    const after = look(2, { hold: HOLD, pendingChanges: 1, instances: [] });
    const lines = [...eventsBetween(undefined, look(1)), ...eventsBetween(look(1), after)].map(eventLine);
    expect(lines).toEqual([
      'generation 1, 3 documents, 5 passages in /srv; editor (indexer); no hold, nothing pending',
      'editor (indexer, pid 1) left',
      'generation 2: index +1 ~0 -0 by editor',
      'on hold at generation 1, by me since 2026-01-01T00:00:00.000Z',
      '1 pending change',
    ]);
  });

  it('the picture has instances and commits, and no more lines than the terminal', () => {
    const nowMs = Date.parse('2026-01-01T00:05:00.000Z');
    const lines = picture(look(100), { nowMs, rows: 12 }).split('\n');
    expect(lines).toHaveLength(12);
    expect(lines).toContain('  1  indexer  editor  h');
    expect(lines).toContain('       100  5 min  index      +1 ~0 -0   editor');
  });
});
