/** What a guide shows, as steps in the order of the page. */

/** A command of a `console` block and what the page says it prints. */
export interface CommandStep {
  readonly kind: 'command';
  readonly command: string;
  readonly output: string;
  /** Where in the page the output begins. */
  readonly outputAt: number;
  /** `running` goes on in the background; `later` is repeated until it prints what the page says. */
  readonly mode: 'once' | 'later' | 'running';
}

/** A `toml` block: the project's configuration from here on. */
export interface ConfigurationStep {
  readonly kind: 'configuration';
  readonly text: string;
}

/** A `json call` block: a tool of the server and its arguments; the `json answer` behind it holds some of the answer. */
export interface ToolStep {
  readonly kind: 'tool';
  readonly call: string;
  readonly answer: string;
}

export type GuideStep = CommandStep | ConfigurationStep | ToolStep;

/** @param others kinds of blocks that the page has besides, and that are tested elsewhere */
export function readSteps(page: string, others: readonly string[] = []): readonly GuideStep[] {
  const blocks = [...page.matchAll(/^```(?<info>[^\n]*)\n(?<text>[\s\S]*?)^```$/gm)].map(({ index, groups }) => ({
    info: groups?.info ?? '',
    text: groups?.text ?? '',
    textAt: index + `\`\`\`${groups?.info}\n`.length,
  }));
  return blocks.flatMap(({ info, text, textAt }, index): readonly GuideStep[] => {
    if (info === 'console') return commandSteps(text, textAt, 'once');
    if (info === 'console later') return commandSteps(text, textAt, 'later');
    if (info === 'console running') return commandSteps(text, textAt, 'running');
    if (info === 'toml') return [{ kind: 'configuration', text }];
    if (info === 'json call') return [{ kind: 'tool', call: text, answer: answerBehind(blocks[index + 1]) }];
    if (info === 'json answer' || others.includes(info)) return [];
    throw new Error(`a block of the kind "${info}", which no test runs`);
  });
}

function answerBehind(block: { readonly info: string; readonly text: string } | undefined): string {
  if (block?.info !== 'json answer') throw new Error('a call without an answer behind it');
  return block.text;
}

/** `$ ` begins a command, `> ` goes on with it; all else is output. */
function commandSteps(text: string, textAt: number, mode: CommandStep['mode']): readonly CommandStep[] {
  return [...text.matchAll(/^\$ (?<command>.*(?:\n> .*)*)\n(?<output>(?:(?!\$ ).*\n)*)/gm)].map(
    ({ index, 0: all, groups }) => {
      const { command = '', output = '' } = groups ?? {};
      const outputAt = textAt + index + all.length - output.length;
      return { kind: 'command', command: command.replaceAll('\n> ', '\n'), output, outputAt, mode };
    },
  );
}
