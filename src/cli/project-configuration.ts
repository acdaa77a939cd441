import type { Configuration, ProblemReport } from '../server/index.js';
import { printProblem } from './failure.js';
import { configurationFlags, type ProjectOptions } from './project-options.js';

/** The configuration of the project that a command is called for; what is odd about it goes to standard error. */
export async function projectConfiguration(
  options: ProjectOptions,
  { onProblem }: { readonly onProblem?: (problem: ProblemReport) => void } = {},
): Promise<Configuration> {
  const { readConfiguration } = await import('../server/index.js');
  const isJson = options.json === true;
  return readConfiguration({
    ...(options.root === undefined ? {} : { root: options.root }),
    flags: configurationFlags(options),
    onProblem: onProblem ?? ((problem) => printProblem('warning', problem, { isJson })),
  });
}
