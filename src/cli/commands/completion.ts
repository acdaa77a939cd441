import { Argument, Command } from 'commander';
import type { ProgramWords } from '../program-words.js';
import { addJson } from '../project-options.js';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

/** `snapdex completion <shell>`: a script that makes the shell complete what `describeProgram` gives. */
export function completionCommand(describeProgram: () => Promise<ProgramWords>): Command {
  const command = new Command('completion')
    .description(
      'Print a script that makes your shell complete commands, options and their values. For bash: ' +
        'eval "$(snapdex completion bash)" in ~/.bashrc; for zsh: the same with zsh in ~/.zshrc, behind compinit; for ' +
        'fish: snapdex completion fish > ~/.config/fish/completions/snapdex.fish',
    )
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS));
  return addJson(command).action(async (shell: Shell, { json }: { readonly json?: boolean }) => {
    const script = await scriptFor(shell, await describeProgram());
    process.stdout.write(json === true ? `${JSON.stringify({ shell, script })}\n` : script);
  });
}

async function scriptFor(shell: Shell, program: ProgramWords): Promise<string> {
  if (shell === 'bash') return (await import('../completion/bash.js')).bashCompletion(program);
  if (shell === 'zsh') return (await import('../completion/zsh.js')).zshCompletion(program);
  return (await import('../completion/fish.js')).fishCompletion(program);
}
