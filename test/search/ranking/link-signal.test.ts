import { describe, expect, it } from 'vitest';
import { IndexManager } from '../../../dist/search/library.js';
import { temporaryIndex } from '../indexing/temporary-index.js';

describe('links in the ranking', () => {
  it('raise a document that the best result links to above one that nobody links to', async () => {
    await using index = await temporaryIndex();
    await using manager = await IndexManager.open(index.directory);
    manager.indexDocument('best.md', '# Harvesting quinces\n\nQuinces, quinces. See [storage](z-linked.md).\n');
    manager.indexDocument('a-unlinked.md', '# Cellars\n\nA cellar may hold quinces.\n');
    manager.indexDocument('z-linked.md', '# Barns\n\nA cellar may hold quinces.\n');
    const paths = (await manager.query('quinces')).map((result) => result.path);
    expect(paths[0]).toBe('best.md');
    expect(paths.indexOf('z-linked.md')).toBeLessThan(
      paths.indexOf('a-unlinked.md') === -1 ? 99 : paths.indexOf('a-unlinked.md'),
    );
  });

  it('find a document that has none of the words, and say so', async () => {
    await using index = await temporaryIndex();
    await using manager = await IndexManager.open(index.directory);
    manager.indexDocument('best.md', '# Harvesting quinces\n\nThen see [[Winter shelf]].\n');
    manager.indexDocument('Winter shelf.md', '# On straw\n\nDry and dark.\n');
    const found = (await manager.query('quinces')).find((result) => result.path === 'Winter shelf.md');
    expect(found?.matchedBy).toEqual(['link']);
  });
});
