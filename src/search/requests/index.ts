/** What a project index is asked and what it answers; the field names are the public JSON of the CLI and the MCP tools. */
export type * from './answer-origin.js';
export type * from './comparing.js';
export type * from './generations.js';
export type * from './reading.js';
export type * from './searching.js';
export type * from './status.js';
