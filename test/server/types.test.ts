/** What the compiler makes of `snapdex/server`; `npm run typecheck` is what fails. */
import type { McpServer } from '@modelcontextprotocol/server';
import { expectTypeOf, test } from 'vitest';
import type { ProjectIndex } from '../../dist/search/library.js';
import {
  type Configuration,
  type ConfigurationFlags,
  createServer,
  type HttpServing,
  type IndexSession,
  type OpenProjectIndex,
  openProjectIndex,
  type readConfiguration,
  type ServerError,
  type ServerErrorCode,
  serveHttp,
  type serveStdio,
} from '../../dist/server/index.js';

test('a project is opened as an index of snapdex/search, with its configuration', () => {
  expectTypeOf<Awaited<ReturnType<typeof openProjectIndex>>>().toEqualTypeOf<OpenProjectIndex>();
  expectTypeOf<OpenProjectIndex['index']>().toEqualTypeOf<ProjectIndex>();
  expectTypeOf<OpenProjectIndex['configuration']>().toEqualTypeOf<Configuration>();
  expectTypeOf<Awaited<ReturnType<typeof readConfiguration>>>().toEqualTypeOf<Configuration>();
  // @ts-expect-error nobody has said what for
  const aimless = () => openProjectIndex({ root: 'somewhere', client: 'test' });
  // @ts-expect-error a mode that there is not
  const unknown = () => openProjectIndex({ mode: 'write', client: 'test' });
  for (const refused of [aimless, unknown]) expectTypeOf(refused).toBeFunction();
});

test('flags are settings that there are', () => {
  expectTypeOf<NonNullable<Parameters<typeof serveHttp>[0]>['flags']>().toEqualTypeOf<ConfigurationFlags | undefined>();
  // @ts-expect-error a setting that there is not
  const unknown = () => serveHttp({ flags: { prot: 0 } });
  expectTypeOf(unknown).toBeFunction();
});

test('a server stands on a session, which what is served over HTTP has', () => {
  expectTypeOf<Awaited<ReturnType<typeof serveHttp>>>().toEqualTypeOf<HttpServing>();
  expectTypeOf<HttpServing['session']>().toEqualTypeOf<IndexSession>();
  expectTypeOf<HttpServing['port']>().toEqualTypeOf<number>();
  expectTypeOf(createServer).parameters.toEqualTypeOf<[session: IndexSession]>();
  expectTypeOf<Awaited<ReturnType<typeof createServer>>>().toEqualTypeOf<McpServer>();
  expectTypeOf<Awaited<ReturnType<typeof serveStdio>>>().toEqualTypeOf<void>();
  expectTypeOf<ConstructorParameters<typeof IndexSession>>().toEqualTypeOf<
    [openIndex: () => Promise<ProjectIndex>, serves: 'one-client' | 'many-clients']
  >();
});

test('an error is told by its code, which is one of a closed list', () => {
  type Code = 'CONFIG_INVALID' | 'CONFIG_UNREADABLE' | 'PORT_UNAVAILABLE' | 'TOKEN_REQUIRED' | 'USAGE';
  expectTypeOf<ServerErrorCode>().toEqualTypeOf<Code>();
  expectTypeOf<ServerError['code']>().toEqualTypeOf<ServerErrorCode>();
});
