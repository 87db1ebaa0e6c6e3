/**
 * The cases against implementations that are not ours: `url-template` expands parameters (RFC 6570), `URLSearchParams`
 * reads and writes forms (WHATWG URL), the `FormData` parser of undici reads parts (RFC 7578), `saxes` reads XML with
 * namespaces (XML 1.0). They judge what the cases want; that the requests are just so is tested beside.
 */
import { SaxesParser } from "saxes";
import { parseTemplate } from "url-template";
import { expect, it } from "vitest";
import type { JsonObject, JsonValue } from "../../templates/always/src/runtime/data/model.ts";
import { type Case, readCases } from "./cases.ts";
import { compile, requestOf } from "./pipeline.ts";

const cases = readCases().flatMap(({ file, groups }) =>
  groups.flatMap((group) =>
    group.cases.map((given) => ({ ...given, title: `${file.replace(".yaml", "")}, ${group.about}: ${given.name}` })),
  ),
);
type Titled = (typeof cases)[number];

const operators: Readonly<Record<string, string>> = { simple: "", label: ".", matrix: ";", form: "?" };

/** The URI template that a parameter stands for (OAS 3.2.0 Appendix C); `undefined` where RFC 6570 has none. */
function templateOf({ parameter, path, request }: Titled): string | undefined {
  const name = String(parameter?.["name"]);
  const place = String(parameter?.["in"]);
  const style = String(parameter?.["style"] ?? (place === "query" ? "form" : "simple"));
  const operator = operators[style];
  if (request?.target === undefined || operator === undefined || path !== undefined) return undefined;
  if (!["path", "query"].includes(place) || !/^\w+$/.test(name)) return undefined;
  if (["allowReserved", "allowEmptyValue", "content"].some((field) => parameter?.[field] !== undefined))
    return undefined;
  const star = (parameter?.["explode"] ?? style === "form") === true ? "*" : "";
  return `${place === "path" ? "/x/" : "/things"}{${operator}${name}${star}}`;
}

function isFlat(value: JsonValue | undefined): boolean {
  return (
    typeof value !== "object" ||
    value === null ||
    Object.values(value).every((item) => typeof item !== "object" || item === null)
  );
}

/** Where the library is not what the RFC says. */
const otherwise: readonly string[] = [
  // An empty member of a named list has no "=" (§3.2.1, §3.2.7 `ifemp`).
  "parameters-in-path, matrix, exploded: array with empty string",
  "parameters-in-path, matrix, exploded: object with empty string",
  // A list without members is undefined (§2.3).
  "parameters-in-query, form: empty array",
  "parameters-in-query, form: empty object",
  // It looks the variable up among inherited properties.
  "parameters-in-query, names: __proto__",
];

const expanded = cases.flatMap((given) => {
  const template = templateOf(given);
  const isComparable = isFlat(Object.values(given.args)[0]) && !otherwise.includes(given.title);
  return template === undefined || !isComparable ? [] : [{ ...given, template }];
});

it.each(expanded.map((given) => [given.title, given] as const))("url-template: %s", (_title, given) => {
  // The library leaves null to its caller; RFC 6570 §2.3 calls it undefined.
  const args = Object.entries(given.args).filter(([, value]) => value !== null);
  expect(given.request?.target).toBe(
    parseTemplate(given.template).expand(Object.fromEntries(args) as Record<string, string>),
  );
});

const form = "application/x-www-form-urlencoded";
const forms = cases.filter(
  ({ content, request }) =>
    typeof request?.body === "string" &&
    contentOf(content, form) !== undefined &&
    contentOf(content, form)?.["encoding"] === undefined &&
    Object.keys(content ?? {}).length === 1,
);

it.each(forms.map((given) => [given.title, given] as const))("URLSearchParams: %s", (_title, { args, request }) => {
  const fields = (args["body"] ?? args) as JsonObject;
  const pairs = Object.entries(fields).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).flatMap((item): [string, string][] =>
      item === null ? [] : [[name, typeof item === "object" ? JSON.stringify(item) : String(item)]],
    ),
  );
  const body = request?.body ?? "";
  expect([...new URLSearchParams(body)].sort()).toEqual(pairs.sort());
  expect(new URLSearchParams(body).toString()).toBe(body);
});

const multipart = cases.filter(
  ({ content, request }) =>
    request?.parts !== undefined &&
    request.parts.length > 0 &&
    // It does not look into a part that has parts.
    request.parts.every(({ parts }) => parts === undefined) &&
    contentOf(content, "multipart/form-data") !== undefined &&
    !isMore(content),
);

it.each(multipart.map((given) => [given.title, given] as const))("FormData: %s", async (_title, given) => {
  const request = await requestOf(compile(given), given.args, "https://api.example.com");
  const type = request.headers.find(([name]) => name === "Content-Type")?.[1] ?? "";
  const entries = [...(await new Response(request.body, { headers: { "Content-Type": type } }).formData())];
  const read = await Promise.all(
    entries.map(async ([name, value]) => [
      name,
      typeof value === "string"
        ? value
        : [value.name, value.type, Buffer.from(await value.arrayBuffer()).toString("base64")],
    ]),
  );
  expect(read).toEqual(
    (given.request?.parts ?? []).map(({ head, body = "", base64 }) =>
      readPart(head, base64 ?? Buffer.from(body).toString("base64")),
    ),
  );
});

/** What a reader makes of a part's head: quotes are undone as browsers write them. */
function readPart(head: readonly string[], base64: string): readonly [string, unknown] {
  const [, name = "", filename] = /name="([^"]*)"(?:; filename="([^"]*)")?/.exec(head[0] ?? "") ?? [];
  const type = /^Content-Type: (.*)$/m.exec(head.join("\n"))?.[1] ?? "text/plain";
  const plain = (text: string): string => text.replaceAll("%22", '"').replaceAll("%0D", "\r").replaceAll("%0A", "\n");
  const bytes = Buffer.from(base64, "base64");
  return [plain(name), filename === undefined ? bytes.toString("utf8") : [plain(filename), type, base64]];
}

const documents = cases.filter(({ request }) => request?.body?.startsWith("<?xml") === true);

it.each(documents.map((given) => [given.title, given] as const))("saxes: %s", (_title, { args, request }) => {
  const { content_type: _, ...fields } = args;
  const words = (texts: readonly string[]): string[] => texts.flatMap((text) => text.split(" ")).sort();
  expect(words(textsOf(request?.body ?? ""))).toEqual(words(leavesOf(fields)));
});

/** Texts and attributes of a document; throws where it is not well-formed, or a prefix is not declared. */
function textsOf(xml: string): readonly string[] {
  const texts: string[] = [];
  let text = "";
  const flush = (): void => {
    if (text !== "") texts.push(text);
    text = "";
  };
  const parser = new SaxesParser({ xmlns: true });
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ attributes }) => {
    flush();
    for (const { prefix, local, value } of Object.values(attributes))
      if (prefix !== "xmlns" && prefix !== "xsi" && local !== "xmlns") texts.push(value);
  });
  parser.on("text", (chunk) => (text += chunk));
  parser.on("cdata", (chunk) => (text += chunk));
  parser.on("closetag", flush);
  parser.write(xml).close();
  return texts;
}

/** Values of which a document holds the text: nulls and empty texts leave none. */
function leavesOf(value: JsonValue): readonly string[] {
  if (typeof value === "object" && value !== null) return Object.values(value as JsonObject).flatMap(leavesOf);
  return value === null || value === "" ? [] : [String(value)];
}

function contentOf(content: Case["content"], mediaType: string): JsonObject | undefined {
  return content?.[mediaType] as JsonObject | undefined;
}

function isMore(content: Case["content"]): boolean {
  return Object.keys(content ?? {}).length > 1;
}

it("enough of the cases have a second judge", () => {
  expect(expanded.length).toBeGreaterThan(100);
  expect(forms.length).toBeGreaterThan(20);
  expect(multipart.length).toBeGreaterThan(20);
  expect(documents.length).toBeGreaterThan(40);
});
