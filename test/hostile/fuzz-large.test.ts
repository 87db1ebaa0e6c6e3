/** Mutations of the samples that hold most of the standard. */
import { test } from "vitest";
import { base, documentOf, everything } from "../golden/sample.ts";
import { fuzz, runs } from "./fuzz.ts";

test("mutations of the petstore with all that the cases add end in a project or a diagnostic", async () => {
  await fuzz(await documentOf(base, everything().overlays), Math.ceil(runs * 0.4), 1);
}, 900_000);
