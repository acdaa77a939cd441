import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** Ends a run with one line a fault: its name, whether it passed, and its figures or why it was skipped. */
export class FaultTable implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const cases = modules.flatMap((module) => [...module.children.allTests()]);
    const width = Math.max(0, ...cases.map((one) => one.fullName.length));
    for (const one of cases) console.info(`${one.fullName.padEnd(width)}  ${verdictOf(one)}`);
    const count = (state: string): number => cases.filter((one) => one.result().state === state).length;
    console.info(`\n${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`);
  }
}

function verdictOf(one: TestCase): string {
  const result = one.result();
  const figures = one.annotations().map((annotation) => annotation.message);
  if (result.state === 'skipped') return `skipped (${result.note ?? 'not chosen'})`;
  return figures.length === 0 ? result.state : `${result.state} (${figures.join('; ')})`;
}
