import type { ServerResponse } from 'node:http';
import { type ProblemReport, problemReport } from '../problem-report.js';
import { TooMuch } from './limits.js';
import { BodyTooLarge } from './request-body.js';

/** MCP clients read errors as JSON-RPC, also those that never reached the protocol; the page reads problem reports. */
export type ErrorForm = 'json-rpc' | 'problem';

/** Sends JSON that nobody may keep. */
export function sendJson(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(`${JSON.stringify(value)}\n`);
}

/** Says why a request is not answered. */
export function sendRefusal(
  response: ServerResponse,
  { status, form, problem }: { readonly status: number; readonly form: ErrorForm; readonly problem: ProblemReport },
): void {
  const error = { code: -32_000, message: `${problem.message}. ${problem.remedy}` };
  sendJson(response, status, form === 'problem' ? { error: problem } : { jsonrpc: '2.0', id: null, error });
}

/** Says that a token is needed, or that it is another one. */
export function sendUnauthorized(response: ServerResponse, form: ErrorForm): void {
  response.setHeader('www-authenticate', 'Bearer realm="snapdex"');
  sendRefusal(response, {
    status: 401,
    form,
    problem: {
      code: 'TOKEN_REQUIRED',
      message: 'a token is needed, and none or a wrong one was shown',
      remedy: 'Send it as "Authorization: Bearer <token>", or open the page at / and sign in.',
    },
  });
}

/** Answers what went wrong on the way to an answer; an answer that has begun is broken off. */
export function sendFailure(response: ServerResponse, error: unknown, form: ErrorForm): void {
  if (response.headersSent) response.destroy();
  else if (error instanceof BodyTooLarge) {
    const problem = { code: 'INVALID_REQUEST', message: error.message, remedy: 'Send less at once.' };
    sendRefusal(response, { status: 413, form, problem });
  } else if (error instanceof TooMuch) {
    response.setHeader('retry-after', String(error.retryAfterSeconds));
    const remedy = `Try again in ${error.retryAfterSeconds} s.`;
    sendRefusal(response, {
      status: 429,
      form,
      problem: { code: 'TOO_MANY_REQUESTS', message: error.message, remedy },
    });
  } else sendRefusal(response, { status: 500, form, problem: problemReport(error) });
}

/** Answers a request that came while the server ends. */
export function sendEnding(response: ServerResponse): void {
  response.setHeader('connection', 'close').setHeader('retry-after', '5');
  const problem = { code: 'SERVER_GONE', message: 'the server is about to end', remedy: 'Try again once it is back.' };
  sendRefusal(response, { status: 503, form: 'problem', problem });
}
