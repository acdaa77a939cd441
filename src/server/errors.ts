/** Why a server-layer operation failed. Each code has a line in `docs/errors.md`. */
export type ServerErrorCode =
  /** A setting has an unknown name or a value that is not allowed: correct it where the message says. */
  | 'CONFIG_INVALID'
  /** A configuration file is there but cannot be read. */
  | 'CONFIG_UNREADABLE'
  /** The port is taken or not allowed: choose another one. */
  | 'PORT_UNAVAILABLE'
  /** The server was to be reached by others without a token that keeps them out: give it one. */
  | 'TOKEN_REQUIRED'
  /** The command, or a function of this layer, was called in a way that it does not offer. */
  | 'USAGE';

/** An error of the server layer. Callers branch on `code`; `remedy` says what a person can do about it. */
export class ServerError extends Error {
  readonly code: ServerErrorCode;
  readonly remedy: string;
  /** True if what is wrong stands on the command line. */
  readonly isCommandLine: boolean;

  constructor(
    code: ServerErrorCode,
    message: string,
    details: { readonly remedy: string; readonly cause?: unknown; readonly isCommandLine?: boolean },
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'ServerError';
    this.code = code;
    this.remedy = details.remedy;
    this.isCommandLine = details.isCommandLine ?? false;
  }
}
