/** What the compiler makes of `snapdex/search`; `npm run typecheck` is what fails. */
import { expectTypeOf, test } from 'vitest';
import {
  type CommitOutcome,
  type Embedder,
  type HttpEmbedder,
  IndexManager,
  LocalEmbedder,
  type ProjectIndex,
  type SearchAnswer,
  type SearchError,
  type SearchErrorCode,
  type SearchResult,
  type StaticEmbedder,
} from '../../dist/search/library.js';

test('an index takes texts and bytes, and answers with places in documents', () => {
  expectTypeOf<Parameters<IndexManager['indexDocument']>>().toEqualTypeOf<
    [path: string, content: string | Uint8Array]
  >();
  expectTypeOf<Awaited<ReturnType<IndexManager['query']>>>().toEqualTypeOf<readonly SearchResult[]>();
  expectTypeOf<Awaited<ReturnType<IndexManager['persist']>>>().toEqualTypeOf<CommitOutcome>();
  expectTypeOf<IndexManager>().toExtend<AsyncDisposable>();
  // @ts-expect-error what counts documents is no setting
  const counted = (index: IndexManager) => (index.documentCount = 0);
  // @ts-expect-error an option that there is not
  const unknown = () => IndexManager.open('somewhere', { embeder: new LocalEmbedder() });
  for (const refused of [counted, unknown]) expectTypeOf(refused).toBeFunction();
});

test('every embedder that there is can be given, and one of the caller’s own', () => {
  expectTypeOf<LocalEmbedder | StaticEmbedder | HttpEmbedder>().toExtend<Embedder>();
  // @ts-expect-error one that makes no vectors
  const half = () => IndexManager.open('somewhere', { embedder: { id: 'mine', dimension: 3 } });
  expectTypeOf(half).toBeFunction();
});

test('a project is searched with a request that has a query', () => {
  expectTypeOf<Awaited<ReturnType<ProjectIndex['search']>>>().toEqualTypeOf<SearchAnswer>();
  expectTypeOf<SearchAnswer['results'][number]>().toExtend<SearchResult>();
  // @ts-expect-error nothing is asked
  const empty = (index: ProjectIndex) => index.search({ limit: 3 });
  expectTypeOf(empty).toBeFunction();
});

test('an error is told by its code, which is one of a closed list', () => {
  expectTypeOf<SearchError['code']>().toEqualTypeOf<SearchErrorCode>();
  // @ts-expect-error a code that there is not
  const misspelt = (error: SearchError) => error.code === 'DOCUMENT_NOT_FUOND';
  expectTypeOf(misspelt).toBeFunction();
});
