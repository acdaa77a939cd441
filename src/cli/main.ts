#!/usr/bin/env node
import { asksForProtocol, claimStdout } from '../stdout/index.js';

const words = process.argv.slice(2);
// Before anything else is loaded, for any module may say something when it is.
if (asksForProtocol(words)) claimStdout();
const { run } = await import('./program.js');
await run(words);
