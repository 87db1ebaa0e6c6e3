/** Mutations of the smaller samples, of both generations of the standard. */
import { test } from "vitest";
import { sampleOf } from "../golden/sample.ts";
import { fuzz, runs } from "./fuzz.ts";

test.each(["petstore", "swagger"])(
  "mutations of the sample %s end in a project or a diagnostic",
  async (name) => {
    await fuzz(sampleOf(name).document, Math.ceil(runs * 0.3), 2);
  },
  900_000,
);
