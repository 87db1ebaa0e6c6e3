/** Which server a part of an API is at, what it may be trusted with, and what an owner is told to set. */
import { describe, expect, it } from "vitest";
import type { ApiData, ServerGroup, ServerPlan } from "../../templates/always/src/runtime/data/model.ts";
import { ConfigurationError } from "../../templates/always/src/runtime/errors.ts";
import { allowedOrigins, baseUrlOf } from "../../templates/always/src/runtime/upstream/servers.ts";
import { api, group } from "./credentials-fixture.ts";

const of = (groups: readonly ServerGroup[]): ApiData => api({}, groups);
const planned = (url: string, ...variables: ServerPlan["variables"]): ServerGroup => ({
  id: "default",
  environment: "PETS_BASE_URL",
  servers: [{ url, variables }],
});
const region = { name: "region", environment: "PETS_REGION", default: "eu", enum: ["eu", "us"] };
const faultOf = (groups: readonly ServerGroup[], environment = {}, id = "default"): unknown => {
  try {
    return baseUrlOf(of(groups), id, environment);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    const { message, hint } = error as ConfigurationError;
    return [message, hint];
  }
};

describe("a base URL", () => {
  const base = { url: "https://a.io/v1", origin: "https://a.io", trusted: true, allowPrivate: false };
  it("is that of the document, in which a doubt is told", () => {
    expect(baseUrlOf(of([group("default", "https://a.io/v1/")]), "default", {})).toStrictEqual({
      ...base,
      variable: "PETS_BASE_URL",
    });
    expect(baseUrlOf(of([group("default", "https://api.example.com")]), "default", {})).toStrictEqual({
      url: "https://api.example.com",
      origin: "https://api.example.com",
      trusted: true,
      allowPrivate: false,
      variable: "PETS_BASE_URL",
      doubt: "a name that is reserved for examples",
    });
  });

  it("is the owner's where there is one, of whom nothing is doubted", () => {
    const data = of([group("default", "https://a.io")]);
    expect(baseUrlOf(data, "default", { PETS_BASE_URL: " http://localhost:80/x/ " })).toStrictEqual({
      url: "http://localhost/x",
      origin: "http://localhost",
      trusted: true,
      allowPrivate: true,
      variable: "PETS_BASE_URL",
    });
    expect(baseUrlOf(data, "default", { PETS_BASE_URL: " " }).url).toBe("https://a.io");
    const part = of([planned("https://{region}.example.com", region)]);
    expect(baseUrlOf(part, "default", { PETS_REGION: "us" })).not.toHaveProperty("doubt");
    expect(baseUrlOf(part, "default", {})).toHaveProperty("doubt");
  });

  it("is the first that can be used", () =>
    expect(
      baseUrlOf(of([group("default", "/v1", "https://your-domain.com", "https://b.io", "https://c.io")]), "default", {})
        .url,
    ).toBe("https://b.io"));

  it.each<[string, Record<string, string>, trusted: boolean, allowPrivate: boolean]>([
    ["https://b.io", {}, false, false],
    ["https://a.io/files", {}, true, false],
    ["https://b.io", { PETS_ALLOWED_ORIGINS: "https://c.io, https://b.io" }, true, true],
    ["https://b.io", { PETS_ALLOWED_ORIGINS: "https://b.io:8443" }, false, true],
    ["https://b.io", { PETS_FILES_BASE_URL: "https://b.io/x" }, true, true],
    ["https://b.io", { PETS_BASE_URL: "https://b.io:8443" }, false, true],
    ["https://b.io", { PETS_BASE_URL: "https://b.io/v2" }, true, true],
    ["http://localhost:81", {}, false, false],
    ["http://127.0.0.1", { PETS_BASE_URL: "http://127.0.0.1/v1" }, true, true],
  ])("%s of a part, with %j, is trusted: %s, and may be private: %s", (url, environment, trusted, allowPrivate) => {
    const data = of([group("default", "https://a.io"), group("files", url)]);
    expect(baseUrlOf(data, "files", environment)).toMatchObject({
      trusted,
      allowPrivate,
      variable: "PETS_FILES_BASE_URL",
    });
  });

  it("on this machine may be private where it is the document's default", () => {
    const data = of([group("default", "http://localhost:8080"), group("files", "http://localhost:8080/f")]);
    for (const id of ["default", "files"])
      expect(baseUrlOf(data, id, {})).toMatchObject({ trusted: true, allowPrivate: true });
    const other = of([group("files", "http://localhost:8080/f")]);
    expect(baseUrlOf(other, "files", {})).toMatchObject({ trusted: false, allowPrivate: false });
  });

  it("of one part is had though that of another is not", () => {
    const data = of([group("default"), group("files", "https://b.io")]);
    expect(baseUrlOf(data, "files", {})).toMatchObject({ url: "https://b.io", trusted: false });
    expect(baseUrlOf(data, "files", { PETS_BASE_URL: "no URL" })).toMatchObject({ trusted: false });
  });
});

describe("what is told", () => {
  const unknown = "The base URL of the API is not known: its document";
  const example = "Set PETS_BASE_URL to it, for example https://api.example.com";
  const long = `https://your-domain.com/${"x".repeat(300)}`;

  it.each<[readonly ServerGroup[], Record<string, string>, string, string | undefined]>([
    [[group("default")], {}, `${unknown} names no server`, `${example}.`],
    [[group("default", "/v1")], {}, `${unknown} has only the relative /v1`, `${example}/v1.`],
    [
      [group("default", "ftp://a.io/v1")],
      {},
      `${unknown} has only ftp://a.io/v1, which is no URL to send to`,
      `${example}/v1.`,
    ],
    [
      [group("default", "https://your-domain.com/v1")],
      {},
      `${unknown} has only https://your-domain.com/v1, which stands for an address that it does not know`,
      `${example}/v1.`,
    ],
    [
      [group("default", "//your-domain.com/v1")],
      {},
      `${unknown} has only //your-domain.com/v1, which stands for an address that it does not know`,
      `${example}/your-domain.com/v1.`,
    ],
    [
      [group("default", "your-domain/v1")],
      {},
      `${unknown} has only the relative your-domain/v1`,
      `${example}/your-domain/v1.`,
    ],
    [
      [
        planned(
          "https://{tenant}.a.io/{region}",
          { name: "tenant", environment: "PETS_TENANT" },
          { name: "region", environment: "PETS_REGION" },
        ),
      ],
      {},
      `${unknown} leaves parts of https://{tenant}.a.io/{region} open`,
      "Set PETS_TENANT and PETS_REGION, or PETS_BASE_URL to the whole, for example https://api.example.com/region.",
    ],
    [
      [planned("https://{region}.a.io", region)],
      { PETS_REGION: "xx" },
      "PETS_REGION has to be one of eu, us",
      undefined,
    ],
    [
      [planned("https://{region}.a.io", { name: "region", environment: "PETS_REGION" })],
      { PETS_REGION: "a/b" },
      "PETS_REGION has a value that makes no URL of https://{region}.a.io",
      undefined,
    ],
    [
      [planned("https://a.io{a}{b}", { name: "a", environment: "PETS_A" }, { name: "b", environment: "PETS_B" })],
      { PETS_A: "?x", PETS_B: "y" },
      "PETS_A has a value that makes no URL of https://a.io{a}{b}",
      undefined,
    ],
    [
      [planned("https://a.io/{a}{b}", { name: "a", environment: "PETS_A" }, { name: "b", environment: "PETS_B" })],
      { PETS_A: "?x", PETS_B: "y" },
      "PETS_A or PETS_B has a value that makes no URL of https://a.io/{a}{b}",
      undefined,
    ],
    [
      [group("default", "https://a.io/v1")],
      { PETS_BASE_URL: "https://a.io?x" },
      "PETS_BASE_URL has to be an http or https URL without user information, query or fragment",
      `${example}/v1.`,
    ],
  ])("of %j with %j", (groups, environment, message, hint) =>
    expect(faultOf(groups, environment)).toEqual([message, hint]),
  );

  it("is cut where the document's URL is long", () => {
    const [message = ""] = faultOf([group("default", long)]) as string[];
    expect(message.length).toBeLessThan(340);
    expect(message).toContain(long.slice(0, 190));
  });

  it("of a part that there is not, and of origins that are none", () => {
    expect(faultOf([group("default", "https://a.io")], {}, "files")).toEqual([
      'pets has no server group "files"',
      undefined,
    ]);
    for (const PETS_ALLOWED_ORIGINS of ["https://a.io/v1", "a.io", "ftp://a.io", "https://a.io, x"])
      expect(faultOf([group("default", "https://b.io")], { PETS_ALLOWED_ORIGINS })).toEqual([
        "PETS_ALLOWED_ORIGINS has to list origins such as https://auth.example.com",
        undefined,
      ]);
    expect(allowedOrigins(api(), { PETS_ALLOWED_ORIGINS: "https://A.io/, http://b.io:80" })).toEqual([
      "https://a.io",
      "http://b.io",
    ]);
    expect(allowedOrigins(api(), {})).toEqual([]);
  });
});
