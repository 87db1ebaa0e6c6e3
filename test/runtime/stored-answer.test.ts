/** An answer that is kept, as RFC 9111 has it: which may be, for how long, for whom, how it is asked about, and when it stands in. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { isFailure, StoredAnswer } from "../../templates/always/src/runtime/cache/stored-answer.ts";
import type { HttpRequest, HttpResponse } from "../../templates/always/src/runtime/upstream/http-message.ts";

const url = "https://api.example.com/pets";
const start = Date.UTC(2030, 0, 1, 12);
const hour = 3_600_000;
const times = { maxMs: hour, staleMs: hour / 2 };
const request = (headers: HttpRequest["headers"] = [], more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: "GET",
  url,
  headers,
  ...more,
});
const response = (headers: Record<string, string>, more: Partial<HttpResponse> = {}): HttpResponse => ({
  status: 200,
  headers: new Headers({ date: new Date().toUTCString(), ...headers }),
  body: Buffer.from("[1]"),
  truncated: false,
  url,
  ...more,
});
const keep = (headers: Record<string, string>, more: Partial<HttpResponse> = {}, asked = request(), given = times) =>
  StoredAnswer.of(asked, response(headers, more), given);
const kept = (...given: Parameters<typeof keep>): StoredAnswer => {
  const answer = keep(...given);
  if (answer === undefined) throw new Error("It is kept");
  return answer;
};

beforeEach(() => void vi.useFakeTimers({ now: start, toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());
const later = (ms: number) => vi.setSystemTime(Date.now() + ms);

describe("an answer", () => {
  it.each<[string, Record<string, string>, Partial<HttpResponse>?]>([
    ["that holds for a time", { "cache-control": "max-age=60" }],
    ["that has a tag", { etag: '"a"' }],
    ["that has a date of change", { "last-modified": "Tue, 01 Jan 2030 11:00:00 GMT" }],
    ["that ends at a time", { expires: "Tue, 01 Jan 2030 12:01:00 GMT" }],
    ["of 1 MiB", { "cache-control": "max-age=60" }, { body: new Uint8Array(1024 * 1024) }],
    ["that is private", { "cache-control": "private, max-age=60" }],
    ["that has to be asked about", { "cache-control": "no-cache", etag: '"a"' }],
  ])("%s is kept", (_what, headers, more) => expect(keep(headers, more)).toBeDefined());

  it.each<[string, Record<string, string>, Partial<HttpResponse>?]>([
    ["that says nothing of it", {}],
    ["that holds for no time", { "cache-control": "max-age=0" }],
    ["that must not be", { "cache-control": "no-store, max-age=60" }],
    ["with a cookie", { "cache-control": "max-age=60", "set-cookie": "a=1" }],
    ["of events", { "cache-control": "max-age=60", "content-type": "text/Event-Stream" }],
    ["of another status", { "cache-control": "max-age=60" }, { status: 404 }],
    ["of a part", { "cache-control": "max-age=60" }, { status: 206 }],
    ["that was cut", { "cache-control": "max-age=60" }, { truncated: true }],
    ["that broke off", { "cache-control": "max-age=60" }, { cutBy: "time" }],
    ["beyond 1 MiB", { "cache-control": "max-age=60" }, { body: new Uint8Array(1024 * 1024 + 1) }],
  ])("%s is not", (_what, headers, more) => expect(keep(headers, more)).toBeUndefined());

  it("comes as the API gave it, with its age", () => {
    const answer = kept({ "cache-control": "max-age=60", "x-a": "b" }, { url: `${url}/moved` });
    later(5_000);
    const { status, headers, body, truncated, url: from } = answer.response();
    expect([status, headers.get("x-a"), headers.get("age"), Buffer.from(body).toString(), truncated, from]).toEqual([
      200,
      "b",
      "5",
      "[1]",
      false,
      `${url}/moved`,
    ]);
  });
});

describe("how long", () => {
  it.each<[string, Record<string, string>, number, number, number]>([
    ["a minute", { "cache-control": "max-age=60" }, 0, 60_000, hour + 60_000],
    ["a minute, of which a part is over", { "cache-control": "max-age=60" }, 20_000, 40_000, hour + 40_000],
    ["a minute that is over", { "cache-control": "max-age=60" }, 61_000, 0, hour],
    ["a minute, as old as it came", { "cache-control": "max-age=60", age: "50" }, 0, 10_000, hour + 10_000],
    ["longer than the owner wants", { "cache-control": "max-age=86400" }, 0, hour, 2 * hour],
    [
      "longer than the owner wants, a part of it over",
      { "cache-control": "max-age=86400" },
      1_000_000,
      hour - 1_000_000,
      2 * hour - 1_000_000,
    ],
    ["no time", { etag: '"a"' }, 0, 0, hour],
  ])("%s", (_what, headers, passed, fresh, worth) => {
    const answer = kept(headers);
    later(passed);
    expect([answer.freshMs, answer.keptMs, answer.age]).toEqual([
      fresh,
      worth,
      Math.floor(passed / 1000) + Number(headers["age"] ?? 0),
    ]);
    expect(answer.answers(request())).toBe(fresh > 0);
  });

  it("a day at most, and at least for a moment", () => {
    const day = 24 * hour;
    const headers = { "cache-control": "max-age=999999" };
    expect(kept(headers, {}, request(), { maxMs: day, staleMs: day }).keptMs).toBe(day);
    expect(kept({ etag: '"a"' }, {}, request(), { maxMs: 0, staleMs: 0 }).keptMs).toBe(1);
    expect(kept({ etag: '"a"' }, {}, request(), { maxMs: 5, staleMs: 9 }).keptMs).toBe(9);
  });
});

describe("for whom", () => {
  it.each<[Record<string, string>, boolean]>([
    [{ "cache-control": "public, max-age=60" }, true],
    [{ "cache-control": "max-age=60,PUBLIC" }, true],
    [{ "cache-control": "max-age=60" }, false],
    [{ "cache-control": "publicly, max-age=60" }, false],
    [{ "cache-control": "public, private, max-age=60" }, false],
    [{ "cache-control": "public, max-age=60", vary: "accept" }, true],
    [{ "cache-control": "public, max-age=60", vary: "accept, Authorization" }, false],
    [{ "cache-control": "public, max-age=60", vary: "cookie" }, false],
  ])("%j is for all: %s", (headers, isForAll) => expect(kept(headers).isForAll).toBe(isForAll));

  it("that varies with a header answers requests with the same one", () => {
    const answer = kept({ "cache-control": "max-age=60", vary: "X-Lang" }, {}, request([["x-lang", "de"]]));
    expect(answer.answers(request([["X-Lang", "de"]]))).toBe(true);
    expect(answer.answers(request([["x-lang", "fr"]]))).toBe(false);
    expect(answer.answers(request())).toBe(false);
  });

  it("a request that wants it anew is not answered", () =>
    expect(kept({ "cache-control": "max-age=60" }).answers(request([["cache-control", "no-cache"]]))).toBe(false));
});

describe("whether it still holds", () => {
  it.each<[Record<string, string>, HttpRequest["headers"]]>([
    [{ etag: '"a"' }, [["if-none-match", '"a"']]],
    [{ "last-modified": "Tue, 01 Jan 2030 11:00:00 GMT" }, [["if-modified-since", "Tue, 01 Jan 2030 11:00:00 GMT"]]],
    [
      { etag: '"a"', "last-modified": "Tue, 01 Jan 2030 11:00:00 GMT" },
      [
        ["if-none-match", '"a"'],
        ["if-modified-since", "Tue, 01 Jan 2030 11:00:00 GMT"],
      ],
    ],
    [{ "cache-control": "max-age=60" }, []],
  ])("%j is asked with %j", (headers, added) => {
    const asked = request([["accept", "a/b"]]);
    expect(kept(headers, {}, asked).question(asked)).toEqual({ ...asked, headers: [["accept", "a/b"], ...added] });
  });

  it("is said by a 304, which is believed of its times, and the body stays", () => {
    const answer = kept({ etag: '"a"', "cache-control": "max-age=60", "x-a": "old" });
    later(120_000);
    expect(answer.freshMs).toBe(0);
    const anew = answer.confirmed(
      request(),
      response({ etag: '"a"', "cache-control": "max-age=30", "x-a": "new" }, { status: 304, body: new Uint8Array() }),
    );
    expect([
      anew.freshMs,
      anew.age,
      anew.response().headers.get("x-a"),
      Buffer.from(anew.response().body).toString(),
    ]).toEqual([30_000, 0, "new", "[1]"]);
  });
});

describe("while the API fails", () => {
  it.each([
    [500, true],
    [502, true],
    [503, true],
    [504, true],
    [501, false],
    [429, false],
    [404, false],
    [200, false],
  ])("as by %i: %s", (status, fails) => expect(isFailure(response({}, { status }))).toBe(fails));

  const after = (headers: Record<string, string>, ms: number, asked = request(), given = request()) => {
    const answer = kept(headers, {}, given);
    later(ms);
    return answer.mayStandIn(asked);
  };
  it.each<[string, Record<string, string>, number, boolean]>([
    ["as long as the owner says", { "cache-control": "max-age=60" }, 60_000 + hour / 2, true],
    ["no longer", { "cache-control": "max-age=60" }, 60_000 + hour / 2 + 1_000, false],
    ["as long as the API says", { "cache-control": "max-age=60, stale-if-error=5" }, 65_000, true],
    ["no longer than the API says", { "cache-control": "max-age=60, stale-if-error=5" }, 66_000, false],
    ["as long as the API says, quoted", { "cache-control": 'max-age=60, Stale-If-Error="5"' }, 65_000, true],
    ["longer than the owner says", { "cache-control": "max-age=60, stale-if-error=7200" }, 2 * hour, true],
    ["not what has to be asked about", { "cache-control": "no-cache, max-age=60", etag: '"a"' }, 0, false],
    ["not what says so", { "cache-control": "max-age=60, Must-Revalidate" }, 0, false],
    ["not what says so of shared ones", { "cache-control": "max-age=60, proxy-revalidate" }, 0, false],
  ])("an answer stands in %s", (_what, headers, ms, may) => expect(after(headers, ms)).toBe(may));

  it("an answer stands in for requests like its own only", () => {
    const headers = { "cache-control": "max-age=60", vary: "x-lang , X-Unit" };
    const own = request([
      ["x-lang", "de"],
      ["x-unit", "m"],
    ]);
    expect(after(headers, 61_000, own, own)).toBe(true);
    expect(after(headers, 61_000, request([["x-lang", "de"]]), own)).toBe(false);
    expect(after(headers, 61_000, request([["x-lang", "fr"]]), own)).toBe(false);
    expect(after({ "cache-control": "max-age=60", etag: '"a"', vary: " * " }, 61_000)).toBe(false);
  });

  it("a header that comes twice is one", () => {
    const twice = request([
      ["X-Lang", "de"],
      ["x-lang", "fr"],
    ]);
    const headers = { "cache-control": "max-age=60", vary: "x-lang" };
    expect(after(headers, 61_000, request([["x-lang", "de, fr"]]), twice)).toBe(true);
    expect(after(headers, 61_000, request([["x-lang", "fr"]]), twice)).toBe(false);
  });
});

describe("as text", () => {
  it("it is the same when it is read again", () => {
    const answer = kept({ "cache-control": "public, max-age=60", etag: '"a"' }, { url: `${url}/moved` });
    const read = StoredAnswer.from(answer.toText(), url, times);
    const plain = (one: StoredAnswer | undefined) => {
      const { headers, body, ...rest } = one?.response() ?? answer.response();
      return { ...rest, headers: Object.fromEntries(headers), body: Buffer.from(body).toString() };
    };
    expect(plain(read)).toEqual(plain(answer));
    expect(plain(read)).toMatchObject({ body: "[1]", url: `${url}/moved` });
    expect([read?.freshMs, read?.isForAll, read?.answers(request())]).toEqual([60_000, true, true]);
  });

  it("of before it had a URL, it has the one that is asked for", () => {
    const { url: _url, ...rest } = JSON.parse(kept({ etag: '"a"' }).toText()) as { url: string };
    expect(StoredAnswer.from(JSON.stringify(rest), url, times)?.response().url).toBe(url);
  });

  it.each([
    "",
    "{",
    "null",
    "[]",
    "{}",
    '{"policy":{},"body":"AA=="}',
    '{"policy":[],"body":"AA=="}',
    '{"policy":{"v":1},"body":7}',
    '{"policy":{"v":1},"body":"!"}',
  ])("%j is none", (text) => expect(StoredAnswer.from(text, url, times)).toBeUndefined());
});
