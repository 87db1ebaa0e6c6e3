/** Mutations of the smaller samples, of both generations of the standard. */
import { test } from "vitest";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { base, repository } from "../golden/sample.ts";
import type { JsonObject } from "../../src/base/json.ts";
import { fuzz, runs } from "./fuzz.ts";

test.each([
  ["petstore", base.document],
  ["bookshop", join(repository, "test/cli/bookshop.json")],
])(
  "mutations of the %s end in a project or a diagnostic",
  async (_name, path) => {
    await fuzz(load(readFileSync(path, "utf8")) as JsonObject, Math.ceil(runs * 0.3), 2);
  },
  900_000,
);
