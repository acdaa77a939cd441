import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { argumentFaults } from '../argument-faults.js';
import type { Authentication } from '../http/authentication.js';
import { sendUnauthorized } from '../http/http-answers.js';
import type { IndexSession } from '../index-session.js';
import { type ProblemReport, problemReport } from '../problem-report.js';
import { apiRoutes } from './api-routes.js';
import { LiveFeed } from './live-feed.js';
import { PageFiles } from './page-files.js';
import { answerHeaders, pageHeaders } from './page-headers.js';
import { pageRefusalOf } from './page-origin.js';

/** Codes that are no fault of the server, and the HTTP status that says so; any other is 500. */
const STATUSES: ReadonlyMap<string, number> = new Map([
  ['INVALID_REQUEST', 400],
  ['INVALID_NAME', 400],
  ['DOCUMENT_NOT_FOUND', 404],
  ['DOCUMENT_NOT_UTF8', 404],
  ['DOCUMENT_TOO_LARGE', 404],
  ['DOCUMENT_UNREADABLE', 404],
  ['GENERATION_NOT_FOUND', 404],
  ['TAG_NOT_FOUND', 404],
  ['STORE_HELD', 409],
  ['TAG_EXISTS', 409],
  ['GENERATION_EXPIRED', 410],
  ['LOCK_TIMEOUT', 503],
  ['STORE_BUSY', 503],
]);

const signInBody = z.strictObject({ token: z.string().max(2000) });

/** Served in the place of the start to who is not signed in. */
const SIGN_IN = '/page/sign-in.html';

const WRONG_TOKEN: ProblemReport = {
  code: 'TOKEN_REQUIRED',
  message: 'this is not the token of this server',
  remedy: 'It is in the file that the server was started with, or in SNAPDEX_TOKEN.',
};

/** What the page asks of the server that it is served by. */
export interface PageSurroundings {
  /** Undefined if no token is asked for. */
  readonly authentication: Authentication | undefined;
  /** Reads the body of a request; throws what the server makes 413 or 429 of. */
  readonly readBody: (request: IncomingMessage, response: ServerResponse) => Promise<string>;
  /** Asked before an answer is begun that stays open; throws what the server makes 429 of. */
  readonly admitStream: (request: IncomingMessage, response: ServerResponse) => void;
  /** Told of who tried to sign in with something else. */
  readonly onWrongToken: (request: IncomingMessage) => void;
}

/** Serves the page, the JSON that it asks for, and the events that it listens to. */
export class PageServer {
  readonly #session: IndexSession;
  readonly #surroundings: PageSurroundings;
  readonly #feed: LiveFeed;
  #files: PageFiles | undefined;

  constructor(session: IndexSession, surroundings: PageSurroundings) {
    this.#session = session;
    this.#surroundings = surroundings;
    this.#feed = new LiveFeed(session);
  }

  /**
   * True if it answers the request, which has passed what is asked of every request of this server. Who is not signed
   * in is given what the page is made of, in its place a form to sign in with, and nothing of the index.
   */
  async answer(
    request: IncomingMessage,
    response: ServerResponse,
    { isSignedIn }: { readonly isSignedIn: boolean },
  ): Promise<boolean> {
    const [, path = '/', query = ''] = /^([^?#]*)\??([^#]*)/u.exec(request.url ?? '/') ?? [];
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const [, name] = /^\/api\/([a-z]+)$/u.exec(path) ?? [];
    const isOfIndex = name !== undefined || path === '/events';
    const isOfSession = path === '/login' || path === '/logout';
    const refusal = isOfIndex || isOfSession ? pageRefusalOf(request) : undefined;
    if (isOfIndex && !isSignedIn) sendUnauthorized(response, 'problem');
    else if (refusal !== undefined) sendProblem(response, 403, refused(refusal));
    else if (path === '/login' && request.method === 'POST') await this.#signIn(request, response);
    else if (path === '/login' && isRead) this.#tellSession(request, response);
    else if (path === '/logout' && request.method === 'POST') this.#signOut(request, response);
    else if (name !== undefined) {
      await this.#answerApi(request, response, { name, query: new URLSearchParams(query) });
    } else if (path === '/events' && request.method === 'GET') this.#listen(request, response);
    else if (isRead) return this.#sendFile(request, response, path === '/' && !isSignedIn ? SIGN_IN : path);
    else return false;
    return true;
  }

  /** Ends what is open. */
  close(): void {
    this.#feed.close();
  }

  #listen(request: IncomingMessage, response: ServerResponse): void {
    this.#surroundings.admitStream(request, response);
    this.#feed.add(response);
  }

  async #signIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { authentication, readBody, onWrongToken } = this.#surroundings;
    const shown = tokenIn(await readBody(request, response));
    if (authentication !== undefined && (shown === undefined || !authentication.isToken(shown))) {
      onWrongToken(request);
      return sendProblem(response, 401, WRONG_TOKEN);
    }
    const isSecure = request.headers.origin?.startsWith('https:') === true;
    if (authentication !== undefined) response.setHeader('set-cookie', authentication.signIn({ isSecure }));
    sendJson(response, 200, { signedIn: true });
  }

  /** Tells the page whether there is anything to sign out of. */
  #tellSession(request: IncomingMessage, response: ServerResponse): void {
    sendJson(response, 200, { signedIn: this.#surroundings.authentication?.isSignedIn(request) === true });
  }

  #signOut(request: IncomingMessage, response: ServerResponse): void {
    const { authentication } = this.#surroundings;
    if (authentication?.isSignedIn(request) === true) {
      response.setHeader('set-cookie', authentication.signOut(request));
      // Other windows of the browser listen with the same session; those of others come back by themselves.
      this.#feed.close();
    }
    sendJson(response, 200, { signedIn: false });
  }

  async #answerApi(
    request: IncomingMessage,
    response: ServerResponse,
    { name, query }: { readonly name: string; readonly query: URLSearchParams },
  ): Promise<void> {
    const route = apiRoutes.get(name);
    if (route === undefined) return sendProblem(response, 404, noSuch('NOT_FOUND', `/api/${name}`));
    if (route.method !== request.method) {
      response.setHeader('allow', route.method);
      return sendProblem(response, 405, noSuch('INVALID_REQUEST', `${request.method} /api/${name}`));
    }
    const body = route.method === 'POST' ? await this.#surroundings.readBody(request, response) : undefined;
    try {
      const given: unknown = body === undefined ? Object.fromEntries(query) : JSON.parse(body);
      sendJson(response, 200, await this.#session.use((index) => route.answer(index, given)));
    } catch (error) {
      const problem = problemOf(error, route.takes);
      sendProblem(response, STATUSES.get(problem.code) ?? 500, problem);
    }
  }

  #sendFile(request: IncomingMessage, response: ServerResponse, path: string): boolean {
    this.#files ??= PageFiles.read();
    const file = this.#files.find(path);
    if (file === undefined) return false;
    const { bytes, contentType, etag } = file;
    const headers = {
      ...pageHeaders(this.#files.importMapHash),
      etag,
      // Asked again each time, so that a page of another version of this package is never put together of both, and
      // who was signed in meanwhile gets the page.
      'cache-control': 'no-cache',
    };
    if (request.headers['if-none-match'] === etag) {
      response.writeHead(304, headers).end();
      return true;
    }
    response.writeHead(200, { ...headers, 'content-type': contentType, 'content-length': bytes.length });
    response.end(request.method === 'HEAD' ? undefined : bytes);
    return true;
  }
}

/** The token in the body of a request to sign in. */
function tokenIn(body: string): string | undefined {
  try {
    return signInBody.parse(JSON.parse(body)).token;
  } catch (error) {
    if (error instanceof z.ZodError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function problemOf(error: unknown, known: readonly string[]): ProblemReport {
  if (error instanceof z.ZodError) {
    const remedy = 'docs/page.md describes what is taken.';
    return { code: 'INVALID_REQUEST', message: argumentFaults(error, known), remedy };
  }
  if (error instanceof SyntaxError) {
    return { code: 'INVALID_REQUEST', message: `body: ${error.message}`, remedy: 'Send JSON.' };
  }
  return problemReport(error);
}

function refused(message: string): ProblemReport {
  return { code: 'REQUEST_REFUSED', message, remedy: 'Open the page that this server serves at / and use that.' };
}

function noSuch(code: 'NOT_FOUND' | 'INVALID_REQUEST', what: string): ProblemReport {
  return { code, message: `${what}: there is no such thing`, remedy: 'See docs/page.md.' };
}

function sendProblem(response: ServerResponse, status: number, error: ProblemReport): void {
  sendJson(response, status, { error });
}

function sendJson(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { ...answerHeaders, 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(`${JSON.stringify(value)}\n`);
}
