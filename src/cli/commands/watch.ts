import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import type { ProjectIndex } from '../../search/index.js';
import { harmlessAnswer } from '../../server/index.js';
import { addProjectOptions, type ProjectOptions } from '../project-options.js';
import { stderrStyle } from '../style.js';
import { LiveScreen } from '../watch/live-screen.js';
import { eventsBetween, type Look } from '../watch/watch-events.js';
import { eventLine, picture } from '../watch/watch-text.js';
import { withIndex } from '../with-index.js';

const LOOK_EVERY_MS = 1_000;
/** Commits that are looked at; of more within a second the oldest are not told. */
const NEWEST = 100;

/** `snapdex watch`: who has the index open, what is committed and what is pending, as it happens. */
export function watchCommand(): Command {
  const command = new Command('watch').description(
    'Show who has the index open, what is committed, and what is pending, as it happens; Ctrl-C ends it. On a terminal ' +
      'the picture is drawn anew each second; elsewhere each event is a line. Changes nothing.',
  );
  return addProjectOptions(command).action(async (options: ProjectOptions) => {
    const screen = new LiveScreen();
    try {
      await watchProject(options, showerFor(options, screen));
    } finally {
      screen.leave();
    }
  });
}

/** Shows the project's index, once there is one, until the process is ended. */
async function watchProject(options: ProjectOptions, show: Shower): Promise<never> {
  for (let isWaiting = false; ; isWaiting = true) {
    await withIndex({
      options,
      mode: 'read',
      command: 'watch',
      isEndedBySignal: true,
      work: ({ index }) => watchIndex(index, show),
    });
    if (!isWaiting && options.json !== true) {
      process.stderr.write(`${stderrStyle('yellow', 'note:')} there is no index yet; waiting for one\n`);
    }
    await sleep(LOOK_EVERY_MS);
  }
}

/** As {@link watchProject}; comes back if there is no index: a reader that opened before the first generation never sees one. */
async function watchIndex(index: ProjectIndex, show: Shower): Promise<void> {
  for (let before: Look | undefined; ; ) {
    const look = await lookAt(index, before);
    if (look.status.generation === 0) return;
    show(before, look);
    before = look;
    await sleep(LOOK_EVERY_MS);
  }
}

async function lookAt(index: ProjectIndex, before: Look | undefined): Promise<Look> {
  const { instances, ...status } = await index.status();
  const others = instances.filter(({ pid, client }) => pid !== process.pid || client !== 'snapdex watch');
  const isKnown = before?.status.generation === status.generation;
  const kept = isKnown ? before.generations : (await index.history({ limit: NEWEST })).generations;
  // What was committed since the status was taken is told at the next look.
  const generations = kept.filter(({ generation }) => generation <= status.generation);
  return { status: { ...status, instances: others }, generations };
}

type Shower = (before: Look | undefined, look: Look) => void;

function showerFor({ json }: ProjectOptions, screen: LiveScreen): Shower {
  if (json === true) {
    return (before, look) => {
      for (const event of eventsBetween(before, look)) process.stdout.write(`${JSON.stringify(event)}\n`);
    };
  }
  if (process.stdout.isTTY === true && process.env.TERM !== 'dumb') {
    return (_, look) => screen.draw(picture(harmlessAnswer(look), { nowMs: Date.now(), rows: screen.rows }));
  }
  return (before, look) => {
    for (const event of eventsBetween(before, look)) {
      process.stdout.write(`${new Date().toISOString()} ${eventLine(harmlessAnswer(event))}\n`);
    }
  };
}
