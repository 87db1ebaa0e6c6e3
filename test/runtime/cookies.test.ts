/** Cookies of a login (RFC 6265 §5): which are kept, for which URLs, and for how long. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CookieJar } from "../../templates/always/src/runtime/credentials/cookie-jar.ts";

const now = Date.UTC(2030, 0, 1);
beforeEach(() => void vi.useFakeTimers({ now, toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());

const sent = (fields: readonly string[], to = "https://a.example/v1/pets", from = "https://a.example/v1/login") =>
  new CookieJar(from, fields)
    .cookiesFor(to)
    .map(([name, value]) => `${name}=${value}`)
    .join("; ");

describe("a cookie", () => {
  it.each([
    ["sid=v4lue-one", "sid=v4lue-one"],
    [" sid = v4lue-one ; HttpOnly", "sid=v4lue-one"],
    ["sid=v4lue=one=", "sid=v4lue=one="],
    ["sid=", "sid="],
    ["sid", ""],
    ["=v4lue-one", ""],
    ["s id=v4lue-one", ""],
    ["", ""],
    ["sid=v4lue-one; Max-Age=1", "sid=v4lue-one"],
    ["sid=v4lue-one; max-age=0", ""],
    ["sid=v4lue-one; Max-Age=-5", ""],
    ["sid=v4lue-one; Max-Age=1; Expires=Mon, 01 Jan 2029 00:00:00 GMT", "sid=v4lue-one"],
    ["sid=v4lue-one; Max-Age=0; Expires=Mon, 01 Jan 2031 00:00:00 GMT", ""],
    ["sid=v4lue-one; Max-Age=x; Expires=Mon, 01 Jan 2029 00:00:00 GMT", ""],
    ["sid=v4lue-one; Max-Age=1x", "sid=v4lue-one"],
    ["sid=v4lue-one; Expires=Mon, 01 Jan 2029 00:00:00 GMT", ""],
    ["sid=v4lue-one; Expires=Wed, 01 Jan 2031 00:00:00 GMT", "sid=v4lue-one"],
    ["sid=v4lue-one; Expires=never", "sid=v4lue-one"],
    ["sid=v4lue-one; Path=/", "sid=v4lue-one"],
    ["sid=v4lue-one; Path=/v1", "sid=v4lue-one"],
    ["sid=v4lue-one; Path=/v1/", "sid=v4lue-one"],
    ["sid=v4lue-one; PATH = /v1/pets ", "sid=v4lue-one"],
    ["sid=v4lue-one; Path=/v1/pet", ""],
    ["sid=v4lue-one; Path=/v2", ""],
    ["sid=v4lue-one; Path=v2", "sid=v4lue-one"],
    ["sid=v4lue-one; Domain=other.example", "sid=v4lue-one"],
    ["sid=v4lue-one; Secure", "sid=v4lue-one"],
  ])("%j is sent as %j", (field, want) => expect(sent([field])).toBe(want));

  it("goes to its own origin only", () => {
    expect(sent(["sid=v4lue-one"], "https://b.example/v1/pets")).toBe("");
    expect(sent(["sid=v4lue-one"], "https://a.example:81/v1/pets")).toBe("");
    expect(sent(["sid=v4lue-one"], "no URL")).toBe("");
  });

  it("that is secure does not go without TLS", () => {
    const [to, from] = ["http://a.example/v1/pets", "http://a.example/v1/login"];
    expect(sent(["sid=v4lue-one; Secure"], to, from)).toBe("");
    expect(sent(["sid=v4lue-one"], to, from)).toBe("sid=v4lue-one");
  });

  it.each([
    ["https://a.example/v1/login", "https://a.example/v2", ""],
    ["https://a.example/v1/login", "https://a.example/v1", "sid=v4lue-one"],
    ["https://a.example/login", "https://a.example/v2", "sid=v4lue-one"],
    ["https://a.example", "https://a.example/v2", "sid=v4lue-one"],
  ])("of %s without a path goes to %s as %j", (from, to, want) => expect(sent(["sid=v4lue-one"], to, from)).toBe(want));

  it("ends in its time", () => {
    const jar = new CookieJar("https://a.example/", ["sid=v4lue-one; Max-Age=10"]);
    vi.setSystemTime(now + 9_999);
    expect(jar.cookiesFor("https://a.example/")).toHaveLength(1);
    vi.setSystemTime(now + 10_000);
    expect(jar.cookiesFor("https://a.example/")).toHaveLength(0);
  });
});

describe("of several", () => {
  it("the last of one name and path counts, also where it takes the cookie away", () => {
    expect(sent(["sid=v4lue-one", "sid=v4lue-two"])).toBe("sid=v4lue-two");
    expect(sent(["sid=v4lue-one; Path=/", "sid=v4lue-two; Path=/v1"])).toBe("sid=v4lue-one; sid=v4lue-two");
    expect(sent(["sid=v4lue-one", "sid=gone; Max-Age=0"])).toBe("");
  });

  it("50 are kept", () => {
    const fields = Array.from({ length: 51 }, (_, index) => `c${index}=v4lue-${index}`);
    const names = sent(fields).split("; ");
    expect([names.length, names[0], names.at(-1)]).toEqual([50, "c0=v4lue-0", "c49=v4lue-49"]);
  });

  it("it is known whether there is any", () => {
    const isEmpty = (fields: readonly string[]) => new CookieJar("https://a.example/", fields).isEmpty;
    expect([isEmpty([]), isEmpty(["sid=gone; Max-Age=0"]), isEmpty(["sid=v4lue-one"])]).toEqual([true, true, false]);
  });
});
