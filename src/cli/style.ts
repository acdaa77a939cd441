import { styleText } from 'node:util';

/** The few styles that our output uses. */
export type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'cyan';

/** `text` in a style if standard output is a terminal that shows it and `NO_COLOR` (https://no-color.org) is not set. */
export function stdoutStyle(style: Style, text: string): string {
  return showsColour(process.stdout) ? styled(style, text) : text;
}

/** As {@link stdoutStyle}, for standard error. */
export function stderrStyle(style: Style, text: string): string {
  return showsColour(process.stderr) ? styled(style, text) : text;
}

function showsColour(stream: { readonly isTTY?: boolean }): boolean {
  const noColour = process.env.NO_COLOR;
  return stream.isTTY === true && (noColour === undefined || noColour === '') && process.env.TERM !== 'dumb';
}

/** Whether to style was decided: by itself, `styleText` asks standard output, whichever stream is meant, and knows `CI`. */
function styled(style: Style, text: string): string {
  return styleText(style, text, { validateStream: false });
}
