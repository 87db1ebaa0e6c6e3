import { afterAll, vi } from "vitest";

/** Tests of a file that take milliseconds: what never ends there is known long before the limit of all tests. */
export function endsSoon(): void {
  vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });
  afterAll(() => vi.resetConfig());
}
