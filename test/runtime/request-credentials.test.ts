/** Credentials on a request (§4.8.27): added as they are, never replaced by an argument, never shown. */
import { describe, expect, it } from "vitest";
import { withCredentials } from "../../templates/always/src/runtime/request/credentials.ts";

describe("credentials", () => {
  const request = {
    method: "GET",
    url: "https://h.example/a?color=red&key=fake&x",
    headers: [
      ["X-Key", "fake"],
      ["Cookie", "a=1; sid=fake"],
    ] as const,
  };
  const none = { headers: [], query: [], cookies: [] };

  it("are added as they are", () => {
    const bare = { method: "GET", url: "https://h.example/a", headers: [] };
    expect(
      withCredentials(bare, {
        headers: [["Authorization", "Bearer a+b/c=="]],
        query: [["key", "a&b c"]],
        cookies: [["sid", 'a b;"c']],
      }),
    ).toEqual({
      method: "GET",
      url: "https://h.example/a?key=a%26b%20c",
      headers: [
        ["Authorization", "Bearer a+b/c=="],
        ["Cookie", "sid=a%20b%3B%22c"],
      ],
    });
    expect(withCredentials(request, none)).toEqual(request);
  });

  it("a cookie's name that is no token is percent-encoded", () => {
    const bare = { method: "GET", url: "https://h.example/a", headers: [] };
    expect(withCredentials(bare, { ...none, cookies: [["s;id=x", "abc"]] }).headers).toEqual([
      ["Cookie", "s%3Bid%3Dx=abc"],
    ]);
    const same = { ...bare, headers: [["Cookie", "s%3Bid%3Dx=fake; a=1"]] as const };
    expect(withCredentials(same, { ...none, cookies: [["s;id=x", "abc"]] }).headers).toEqual([
      ["Cookie", "a=1; s%3Bid%3Dx=abc"],
    ]);
  });

  it("replace what an argument set under the same name", () => {
    expect(
      withCredentials(request, { headers: [["x-key", "real"]], query: [["key", "real"]], cookies: [["sid", "real"]] }),
    ).toEqual({
      method: "GET",
      url: "https://h.example/a?color=red&x&key=real",
      headers: [
        ["x-key", "real"],
        ["Cookie", "a=1; sid=real"],
      ],
    });
  });

  it.each([
    { ...none, headers: [["X-Key", "s3cret\r\nX: y"]] as const },
    { ...none, headers: [["X-Key", "s3cret\n"]] as const },
    { ...none, headers: [["X-Key", "s3cret€"]] as const },
    { ...none, headers: [["Host", "s3cret"]] as const },
    { ...none, headers: [["X\r\nKey", "s3cret"]] as const },
    { ...none, query: [["key", "s3cret\ud800"]] as const },
    { ...none, cookies: [["key", "s3cret\ud800"]] as const },
  ])("that HTTP cannot carry are named, not shown: %#", (credentials) => {
    let message = "";
    try {
      withCredentials(request, credentials);
    } catch (error) {
      expect(error).toMatchObject({ name: "ConfigurationError" });
      message = String(error);
    }
    expect(message).not.toBe("");
    expect(message).not.toContain("s3cret");
  });
});
