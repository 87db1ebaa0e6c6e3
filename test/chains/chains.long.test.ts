/** Chains of calls by an outside client that is shown nothing but discovery, on two APIs that keep state. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { generate } from "../../src/generate.ts";
import { type BuiltProject, buildProject } from "../golden/sample.ts";
import { operationsOf, shop, tracker } from "./documents.ts";
import { type Measured, measure } from "./measure.ts";

const folder = mkdtempSync(join(tmpdir(), "chains-"));
const built: Record<string, BuiltProject> = {};
let measured: readonly Measured[] = [];

beforeAll(async () => {
  for (const [name, document] of Object.entries({ tracker, shop })) {
    const path = join(folder, `${name}.json`);
    writeFileSync(path, JSON.stringify(document));
    const { files } = await generate({ inputs: [path], list: { mode: "planned" } });
    built[name] = buildProject(files);
  }
  measured = await measure((api) => built[api]?.main ?? "");
}, 300_000);

afterAll(() => {
  for (const project of Object.values(built)) project.remove();
  rmSync(folder, { recursive: true });
});

it("has an issue tracker of more operations than clients load", () => {
  expect(operationsOf(tracker)).toBeGreaterThanOrEqual(60);
});

it("does every task by what is found first, its signature, and what it needs", () => {
  expect(measured.map(({ task, fault }) => [task, fault])).toEqual(measured.map(({ task }) => [task, undefined]));
  expect(measured).toHaveLength(5);
});

it("takes less of the wire than listing all tools and calling the right ones at once", () => {
  const sum = (of: "discovery" | "all"): number => measured.reduce((total, one) => total + one[of], 0);
  expect(sum("discovery")).toBeLessThan(sum("all"));
});
