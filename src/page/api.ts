import type {
  CollectAnswer,
  ComparisonAnswer,
  DocumentAnswer,
  HistoryAnswer,
  LinksAnswer,
  RelatedAnswer,
  ResumeAnswer,
  RollbackAnswer,
  SearchAnswer,
  SearchResult,
  StatusAnswer,
  TagAnswer,
  TextRange,
} from 'snapdex/search';

/** A result, and where the words that were looked for stand in its snippet. */
export interface MarkedResult extends SearchResult {
  readonly marks: readonly TextRange[];
}

/** The answers to questions, by the name of the question. */
interface Answers {
  readonly search: Omit<SearchAnswer, 'results'> & { readonly results: readonly MarkedResult[] };
  readonly document: DocumentAnswer;
  readonly related: RelatedAnswer;
  readonly status: StatusAnswer;
  readonly history: HistoryAnswer;
  readonly compare: ComparisonAnswer;
  readonly links: LinksAnswer;
  readonly storage: CollectAnswer;
}

/** The answers to wishes to change something. */
interface Changes {
  readonly rollback: RollbackAnswer;
  readonly resume: ResumeAnswer;
  readonly tag: TagAnswer;
  readonly untag: { readonly removed: string };
}

const UNAUTHORIZED = 401;

/** A failure, as the server tells it. */
export class ApiProblem extends Error {
  readonly code: string;
  readonly remedy: string;

  constructor({ code, message, remedy }: { readonly code: string; readonly message: string; readonly remedy: string }) {
    super(message);
    this.code = code;
    this.remedy = remedy;
  }
}

/** Asks the index; what is undefined is left out. @throws ApiProblem */
export async function ask<Name extends keyof Answers>(
  name: Name,
  query: Readonly<Record<string, string | number | undefined>> = {},
): Promise<Answers[Name]> {
  const given = Object.entries(query).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]]));
  const parameters = new URLSearchParams(given);
  return read(await send(`/api/${name}?${parameters}`, {}));
}

/** Has something changed. @throws ApiProblem */
export async function change<Name extends keyof Changes>(name: Name, body: object = {}): Promise<Changes[Name]> {
  return read(await post(`/api/${name}`, body));
}

/** Signs this browser in. @throws ApiProblem */
export async function signIn(token: string): Promise<void> {
  const response = await post('/login', { token });
  if (!response.ok) throw new ApiProblem((await response.json()).error);
}

/** True if this browser is signed in, which only a server that asks for a token wants. @throws ApiProblem */
export async function isSignedIn(): Promise<boolean> {
  const { signedIn } = await read<{ readonly signedIn: boolean }>(await send('/login', {}));
  return signedIn;
}

/** Signs this browser out, in all its windows. @throws ApiProblem */
export async function signOut(): Promise<void> {
  await read(await post('/logout', {}));
}

function post(path: string, body: object): Promise<Response> {
  return send(path, {
    method: 'POST',
    // The first one proves that it is this page that asks.
    headers: { 'snapdex-page': '1', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function send(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch {
    throw new ApiProblem({
      code: 'SERVER_GONE',
      message: 'the server does not answer',
      remedy: 'Start `snapdex serve --http` again; this page then goes on by itself.',
    });
  }
}

async function read<T>(response: Response): Promise<T> {
  // The session has ended: what is served now in the place of the page is the form to sign in with.
  if (response.status === UNAUTHORIZED) location.reload();
  const answer = await response.json();
  if (response.ok) return answer;
  throw new ApiProblem(answer.error ?? { code: `HTTP ${response.status}`, message: response.statusText, remedy: '' });
}
