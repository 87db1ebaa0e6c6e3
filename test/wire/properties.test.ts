/**
 * Parameters and paths: whatever the values are, a reader that is not ours finds them again, each in its place.
 *
 * `PROPERTY_RUNS` is the number of runs of all properties together, by default 20,000. A million takes about a minute:
 * `PROPERTY_RUNS=1000000 npx vitest run test/wire/properties --testTimeout 1800000`.
 */
import fc from "fast-check";
import { describe, it } from "vitest";
import type { HttpRequest } from "../../templates/always/src/runtime/upstream/http-message.ts";
import type { JsonObject, JsonValue, ParameterPlan } from "../../templates/always/src/runtime/data/model.ts";
import { buildRequest } from "../../templates/always/src/runtime/request/build.ts";

const base = "https://api.example.com/v1";
const total = Number(process.env["PROPERTY_RUNS"] ?? 20_000);

/** Text of any Unicode characters. */
const text = fc.string({ unit: "binary", maxLength: 20 });
const name = fc.string({ unit: "binary", minLength: 1, maxLength: 10 });
const texts = fc.array(text, { minLength: 1, maxLength: 5 });
/** Keys are unique; integer-like ones would be put in another order by JavaScript itself. */
const members = fc.dictionary(
  name.map((key) => `k${key}`),
  text,
  { minKeys: 1, maxKeys: 4 },
);
const scalar = fc.oneof(text, fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean());
const delimiters: readonly (readonly [ParameterPlan["style"], string, RegExp])[] = [
  ["form", ",", /^$/],
  ["spaceDelimited", "%20", / /],
  ["pipeDelimited", "%7C", /\|/],
  ["tabDelimited", "%09", /\t/],
];

function parameter(place: ParameterPlan["in"], wire: string, parts: Partial<ParameterPlan> = {}): ParameterPlan {
  const style = place === "path" ? "simple" : "form";
  return { argument: "value", name: wire, in: place, style, explode: style === "form", ...parts };
}

async function build(path: string, parameters: readonly ParameterPlan[], args: JsonObject): Promise<HttpRequest> {
  return buildRequest({ method: "GET", path, server: "default", parameters, accept: [], security: [] }, args, {
    baseUrl: base,
    readFile: () => Promise.reject(new Error("no file is read here")),
  });
}

/** The pairs of a query, as URLSearchParams reads them. */
async function pairs(plan: ParameterPlan, value: JsonValue): Promise<[string, string][]> {
  return [...new URL((await build("/things", [plan], { value })).url).searchParams];
}

/** Segments behind the base, as the URL parser leaves them; `undefined` where the value is refused. */
async function segments(plan: ParameterPlan, value: JsonValue, path: string): Promise<string[] | undefined> {
  const request = await build(path, [plan], { value }).catch(() => undefined);
  if (request === undefined) return undefined;
  const url = new URL(request.url);
  if (url.origin !== "https://api.example.com" || url.search !== "" || url.hash !== "") return [];
  return url.pathname.split("/").slice(2);
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** How many properties there are: they share the runs. */
const count = 12;

function check<T>(title: string, property: fc.IRawProperty<T>): void {
  it(title, async () => {
    await fc.assert(property, { numRuns: Math.ceil(total / count) });
  });
}

describe(`in ${total} runs`, () => {
  check(
    "a value in a query is one pair",
    fc.asyncProperty(name, scalar, async (wire, value) =>
      same(await pairs(parameter("query", wire), value), [
        [wire, typeof value === "string" ? value : JSON.stringify(value)],
      ]),
    ),
  );
  check(
    "an exploded list in a query is a pair for each item",
    fc.asyncProperty(name, texts, async (wire, value) =>
      same(
        await pairs(parameter("query", wire), value),
        value.map((item) => [wire, item]),
      ),
    ),
  );
  check(
    "an exploded object in a query is a pair for each member",
    fc.asyncProperty(members, async (value) =>
      same(await pairs(parameter("query", "a"), value), Object.entries(value)),
    ),
  );
  check(
    "a delimited list in a query is divided at its delimiters",
    fc.asyncProperty(fc.constantFrom(...delimiters), texts, async ([style, delimiter, data], value) => {
      // A delimiter that a place forbids is encoded, and then nothing tells it from data (Appendix E).
      const given = value.map((item) => item.replaceAll(new RegExp(data, "g"), ""));
      const { url } = await build("/things", [parameter("query", "a", { style, explode: false })], { value: given });
      const [, raw = ""] = url.split("?a=");
      return same(raw.split(delimiter).map(decodeURIComponent), given);
    }),
  );
  check(
    "a deep object in a query names each member",
    fc.asyncProperty(members, async (value) =>
      same(
        await pairs(parameter("query", "a", { style: "deepObject" }), value),
        Object.entries(value).map(([key, item]) => [`a[${key}]`, item]),
      ),
    ),
  );
  check(
    "reserved characters do not divide a query",
    fc.asyncProperty(text, async (value) => {
      const [first, ...others] = await pairs(parameter("query", "a", { allowReserved: true }), value);
      // Triples pass as they are, so what they stand for comes out.
      const meant = value.includes("%") ? first?.[1] : value;
      return others.length === 0 && first?.[0] === "a" && first[1] === meant;
    }),
  );
  check(
    "a value in a path is one segment",
    fc.asyncProperty(text, fc.boolean(), async (value, dotted) => {
      const given = dotted ? `.${value}` : value;
      const found = await segments(parameter("path", "a"), given, "/users/{a}/secret");
      return found === undefined || same(found.map(decodeURIComponent), ["users", given, "secret"]);
    }),
  );
  check(
    "reserved characters do not divide a path",
    fc.asyncProperty(text, async (value) => {
      const found = await segments(parameter("path", "a", { allowReserved: true }), value, "/users/{a}/secret");
      return found === undefined || (found.length === 3 && found[0] === "users" && found[2] === "secret");
    }),
  );
  check(
    "a list in a path is divided at its commas",
    fc.asyncProperty(texts, async (value) => {
      const found = await segments(parameter("path", "a"), value, "/{a}");
      return found === undefined || same(found[0]?.split(",").map(decodeURIComponent), value);
    }),
  );
  check(
    "an exploded list in a path has its name before each item",
    fc.asyncProperty(texts, async (value) => {
      const found = await segments(parameter("path", "a", { style: "matrix", explode: true }), value, "/{a}");
      const items = found?.[0]?.split(";").slice(1);
      return (
        items === undefined ||
        same(
          items.map((item) => decodeURIComponent(item.replace(/^a=?/, ""))),
          value,
        )
      );
    }),
  );
  check(
    "two values share a segment and nothing else",
    fc.asyncProperty(text, text, async (a, b) => {
      const plans = ["a", "b"].map((wire) => parameter("path", wire, { argument: wire }));
      const request = await build("/x/{a}-{b}/y", plans, { a, b }).catch(() => undefined);
      if (request === undefined) return true;
      return same(new URL(request.url).pathname.split("/").slice(2).map(decodeURIComponent), ["x", `${a}-${b}`, "y"]);
    }),
  );
  check(
    "parameters in all places are found again",
    fc.asyncProperty(text, text, text, async (a, b, c) => {
      const plans = [
        parameter("path", "a", { argument: "a" }),
        parameter("query", "b", { argument: "b" }),
        parameter("cookie", "c", { argument: "c" }),
      ];
      const request = await build("/x/{a}", plans, { a: `x${a}`, b, c }).catch(() => undefined);
      if (request === undefined) return true;
      const cookie = request.headers.find(([key]) => key === "Cookie")?.[1] ?? "";
      const url = new URL(request.url);
      return (
        decodeURIComponent(url.pathname) === `/v1/x/x${a}` &&
        url.searchParams.get("b") === b &&
        decodeURIComponent(cookie) === `c=${c}`
      );
    }),
  );
});
