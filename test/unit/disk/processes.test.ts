/** Whether another run is still at work. */
import { spawnSync } from "node:child_process";
import { hostname } from "node:os";
import { afterEach, describe, expect, it, vi } from "vitest";
import { realRuns } from "../../../src/disk/processes.ts";

afterEach(() => void vi.restoreAllMocks());

const refusing = (code: string) =>
  vi.spyOn(process, "kill").mockImplementation(() => {
    throw Object.assign(new Error(code), { code });
  });

describe("a run of another process", () => {
  const name = `${process.ppid} ${hostname()} 1`;

  it("is at work while its process is there", () => expect(realRuns.isAtWork(name)).toBe(true));

  it("is at work also where its process is another user's, who may not be asked", () => {
    refusing("EPERM");
    expect(realRuns.isAtWork(name)).toBe(true);
  });

  it("has ended with its process", () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    expect(realRuns.isAtWork(`${pid} ${hostname()} 1`)).toBe(false);
  });

  it.each([`1 another-${hostname()} 1`, `0 ${hostname()} 1`, "", "x"])(
    "counts as at work where nobody can tell: %j",
    (other) => expect(realRuns.isAtWork(other)).toBe(true),
  );
});

it("a run of this process is at work until it says that it has ended", () => {
  const name = realRuns.begin();
  expect(realRuns.isAtWork(name)).toBe(true);
  realRuns.end(name);
  expect(realRuns.isAtWork(name)).toBe(false);
});
