/** Gives `action` what was opened and closes it afterwards, whatever happens. (Node 20 does not know `await using`.) */
export async function whileOpen(opening, action) {
  const opened = await opening;
  try {
    return await action(opened);
  } finally {
    await opened.close();
  }
}
