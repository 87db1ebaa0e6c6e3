/** Every tool of every document of the corpus, called and judged: see `main.ts`. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { corpus } from "../corpus/documents.ts";
import { repository } from "../golden/sample.ts";

const anHour = 3_600_000;

it.skipIf(corpus === undefined)(
  "every call arrives as its document says, but for the known failures",
  () => {
    const { status, stdout } = spawnSync(process.execPath, [join(repository, "test/fidelity/run.mjs")], {
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    });
    expect(stdout.split("\n").filter((line) => /^(?:New|No longer)/.test(line))).toEqual([]);
    expect(status).toBe(0);
  },
  anHour,
);
