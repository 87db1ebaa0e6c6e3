/** What is said of a request in telemetry: its name, its server and its operation; and classes of faults, never words. */
import { describe, expect, it } from "vitest";
import { describeRequest, errorType } from "../../templates/always/src/runtime/telemetry/attempt.ts";

const described = (method: string, url: string, operation?: { method?: string; path?: string }) => {
  const { name, attributes } = describeRequest({ method, url, headers: [] }, operation);
  return [
    name,
    attributes["http.request.method"],
    attributes["server.address"],
    attributes["server.port"],
    attributes["url.template"],
  ];
};

describe("a request", () => {
  it.each(["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE"])(
    "%s has its own name",
    (method) => expect(described(method, "https://a.example/").slice(0, 2)).toEqual([method, method]),
  );

  it.each<[string, string, { method?: string; path?: string } | undefined, unknown[]]>([
    ["LINK", "https://a.example/", undefined, ["HTTP", "_OTHER", "a.example", 443, undefined]],
    ["GET", "http://a.example/", undefined, ["GET", "GET", "a.example", 80, undefined]],
    ["GET", "http://a.example:8080/", undefined, ["GET", "GET", "a.example", 8080, undefined]],
    ["GET", "https://[2001:db8::1]/", undefined, ["GET", "GET", "2001:db8::1", 443, undefined]],
    [
      "GET",
      "https://a.example/v1/pets/3",
      { method: "GET", path: "/pets/{id}" },
      ["GET /pets/{id}", "GET", "a.example", 443, "/pets/{id}"],
    ],
    [
      "LINK",
      "https://a.example/pets",
      { method: "LINK", path: "/pets" },
      ["HTTP /pets", "_OTHER", "a.example", 443, "/pets"],
    ],
    [
      "POST",
      "https://a.example/pets/3",
      { method: "GET", path: "/pets/{id}" },
      ["POST", "POST", "a.example", 443, undefined],
    ],
    [
      "GET",
      "https://a.example/dogs/3",
      { method: "GET", path: "/pets/{id}" },
      ["GET", "GET", "a.example", 443, undefined],
    ],
    [
      "GET",
      "https://a.example/3",
      { method: "GET", path: "/v1/pets/{id}" },
      ["GET", "GET", "a.example", 443, undefined],
    ],
    ["GET", "https://a.example/pets", { method: "GET" }, ["GET", "GET", "a.example", 443, undefined]],
  ])("%s %s, for %j", (method, url, operation, want) => expect(described(method, url, operation)).toEqual(want));
});

describe("a fault", () => {
  const coded = (code: unknown) => Object.assign(new Error("words"), { code });
  it.each<[unknown, string]>([
    [coded("ECONNREFUSED"), "ECONNREFUSED"],
    [{ code: "E2" }, "E2"],
    [new Error("words", { cause: coded("EPIPE") }), "EPIPE"],
    [Object.assign(coded("UND_ERR"), { cause: coded("EPIPE") }), "UND_ERR"],
    [coded("words of a message"), "Error"],
    [coded("x"), "Error"],
    [coded(`A${"B".repeat(60)}`), `A${"B".repeat(60)}`],
    [coded(`A${"B".repeat(61)}`), "Error"],
    [coded(7), "Error"],
    [new TypeError("words"), "TypeError"],
    [new TypeError("words", { cause: "EPIPE" }), "TypeError"],
    ["words", "_OTHER"],
    [null, "_OTHER"],
    [undefined, "_OTHER"],
  ])("%o is %s", (fault, want) => expect(errorType(fault)).toBe(want));
});
