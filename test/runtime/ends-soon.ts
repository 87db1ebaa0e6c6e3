import { afterAll, vi } from "vitest";

/** Tests of a file that take milliseconds: what never ends there is known long before the limit of all tests. */
export function endsSoon(): void {
  vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });
  afterAll(() => vi.resetConfig());
}

/** Lets others have their turns until something is so. */
export async function until(isSo: () => boolean): Promise<void> {
  const end = Date.now() + 15_000;
  while (!isSo()) {
    if (Date.now() > end) throw new Error("It never comes about");
    await new Promise((resolve) => setImmediate(resolve));
  }
}
