/** Mutations of the samples that hold most of the standard. */
import { test } from "vitest";
import { sampleOf } from "../golden/sample.ts";
import { fuzz, runs } from "./fuzz.ts";

test.each(["styles"])(
  "mutations of the sample %s end in a project or a diagnostic",
  async (name) => {
    await fuzz(sampleOf(name).document, Math.ceil(runs * 0.4), 1);
  },
  900_000,
);
