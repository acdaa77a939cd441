// Part of `npm run build`: writes the manual page that the package installs, from the built commands.
import { writeFileSync } from 'node:fs';
import { manPage } from '../dist/cli/man-page.js';
import { describeProgram } from '../dist/cli/program.js';

writeFileSync(new URL('../dist/snapdex.1', import.meta.url), manPage(await describeProgram()));
