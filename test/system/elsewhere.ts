/** Commands that make the program behind them believe that it runs somewhere else. */

/** On another host: the same files and processes, another name. */
export function onHost(name: string): readonly string[] {
  return ['unshare', '--uts', 'sh', '-c', `hostname ${name} && exec "$0" "$@"`];
}

/** In a container: its own pids, so that nobody outside can be judged by its pid, nor be judged from outside. */
export const IN_OWN_PIDS: readonly string[] = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'];

/** With `folder` mounted a second time at `elsewhere`, as two containers share one volume under two paths. */
export function withFolderAt(folder: string, elsewhere: string): readonly string[] {
  return ['unshare', '--mount', 'sh', '-c', `mount --bind '${folder}' '${elsewhere}' && exec "$0" "$@"`];
}
