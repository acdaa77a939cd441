/** One wait for the disk serves every file that waits with it; more open files than this gain nothing and may run out. */
const AT_ONCE = 64;

/** Runs `action` for every item, many at a time. After a failure none is begun any more; throws the first one. */
export async function forEachTogether<T>(items: readonly T[], action: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  let failure: { readonly error: unknown } | undefined;
  const work = async (): Promise<void> => {
    for (const item of rest) {
      if (failure !== undefined) return;
      try {
        await action(item);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, work));
  if (failure !== undefined) throw failure.error;
}
