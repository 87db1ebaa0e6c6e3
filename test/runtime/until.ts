/** Lets others have their turns until something is so; what never comes about ends with the test. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await turns(1);
}

/** Lets others have so many turns. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
