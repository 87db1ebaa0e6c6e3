/** Every wire case: the request is really sent and compared as it arrives, byte by byte; the answer is read. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CallResult } from "../../templates/always/src/runtime/response/result.ts";
import { type Case, readCases, type WantedPart, type WantedRequest, type WantedResult } from "./cases.ts";
import { type Loopback, loopback, type Received } from "./loopback.ts";
import { partsOf } from "./multipart.ts";
import { baseUrlFor, compile, type Compiled, requestOf, resultOf } from "./pipeline.ts";

const basePath = "/v1";
const files = readCases();
let server: Loopback;
beforeAll(async () => {
  server = await loopback();
});
afterAll(() => server.close());

for (const { file, groups } of files) {
  describe(file.replace(".yaml", ""), () => {
    for (const { about, cases } of groups)
      describe(about, () => {
        it.each(cases.map((given) => [given.name, given] as const))("%s", (_name, given) => check(given));
      });
  });
}

it("there are at least 400 cases, each with its section", () => {
  const cases = files.flatMap(({ groups }) => groups.flatMap((group) => group.cases));
  expect(cases.length).toBeGreaterThanOrEqual(400);
  expect(cases.filter(({ from }) => !/§|Appendix|Object/.test(from))).toEqual([]);
});

it("no two cases of a group have the same name", () => {
  for (const { groups } of files)
    for (const { cases } of groups) expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
});

async function check(given: Case): Promise<void> {
  const compiled = compile(given);
  if (given.lists !== undefined) expect(Object.keys(compiled.tool.listing.inputSchema.properties)).toEqual(given.lists);
  if (given.reports !== undefined)
    expect([...new Set(compiled.found.map(({ code }) => code))].sort()).toEqual([...given.reports].sort());
  if (given.loses !== undefined) expect(compiled.tool.losses.map(({ text }) => text).join("\n")).toContain(given.loses);
  if (given.refused !== undefined)
    await expect(requestOf(compiled, given.args, server.baseUrl + basePath)).rejects.toThrow(given.refused);
  if (given.request !== undefined) await checkRequest(compiled, given, given.request);
  if (given.result !== undefined) checkResult(resultOf(compiled, given.response ?? {}), given.result);
  expect([given.refused, given.request, given.result, given.lists].some((wanted) => wanted !== undefined)).toBe(true);
}

async function checkRequest(compiled: Compiled, given: Case, wanted: WantedRequest): Promise<void> {
  if (wanted.url !== undefined) {
    const request = await requestOf(compiled, given.args, baseUrlFor(compiled, given.environment));
    expect(request.url).toBe(wanted.url);
    return;
  }
  const arrived = await server.send(await requestOf(compiled, given.args, server.baseUrl + basePath));
  if (wanted.method !== undefined) expect(arrived.method).toBe(wanted.method);
  if (wanted.target !== undefined) expect(arrived.target).toBe(basePath + wanted.target);
  for (const [name, value] of Object.entries(wanted.headers ?? {}))
    expect({ [name]: headerOf(arrived, name) }).toEqual({ [name]: value });
  if (wanted.body !== undefined) {
    expect(arrived.body.toString("utf8")).toBe(wanted.body ?? "");
    if (wanted.body === null) expect(headerOf(arrived, "Content-Type")).toBeNull();
  }
  if (wanted.base64 !== undefined) expect(arrived.body.toString("base64")).toBe(wanted.base64);
  if (wanted.parts !== undefined) checkParts(headerOf(arrived, "Content-Type") ?? "", arrived.body, wanted.parts);
}

function checkParts(contentType: string, body: Buffer, wanted: readonly WantedPart[]): void {
  const parts = partsOf(contentType, body);
  expect(parts.map(({ head }) => head.map((line) => line.replace(/; boundary=[\w-]+$/, "")))).toEqual(
    wanted.map(({ head }) => head),
  );
  for (const [index, part] of parts.entries()) {
    const { body: text = "", base64, parts: within } = wanted[index] ?? {};
    if (within === undefined) expect(part.body.toString("base64")).toBe(base64 ?? Buffer.from(text).toString("base64"));
    else checkParts(part.head.find((line) => line.startsWith("Content-Type:")) ?? "", part.body, within);
  }
}

function headerOf(received: Received, name: string): string | null {
  const values = received.headers.filter(([key]) => key.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
  return values.length === 0 ? null : values.join(", ");
}

function checkResult(result: CallResult, wanted: WantedResult): void {
  if (wanted.text !== undefined)
    expect(result.content.map((block) => (block.type === "text" ? block.text : `<${block.type}>`))).toEqual(
      wanted.text,
    );
  if (wanted.content !== undefined) expect(result.content).toEqual(wanted.content);
  expect(result.structuredContent).toEqual(wanted.value);
  expect(result.isError ?? false).toBe(wanted.error ?? false);
  if (wanted.meta !== undefined) expect(result._meta).toMatchObject(wanted.meta);
}
