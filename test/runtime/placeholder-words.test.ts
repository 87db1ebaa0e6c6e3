/** Which parts of a server's URL read as something to fill in, which hosts are doubted, and what only looks like either. */
import { describe, expect, it } from "vitest";
import {
  doubtOf,
  exampleUrl,
  fillIn,
  isPlaceholder,
  isPlaceholderValue,
  readBaseUrl,
  readServerUrl,
} from "../../templates/always/src/runtime/upstream/server-url.ts";

describe("a part of a path", () => {
  it.each(
    `your-x x-your your_x your-domain yourdomain yourdomainname yourname yourid yourappid your-workspace my-domain my_host
    mydomain mydomainname mycompanyid my-org change-me change_me changeme replace-me replaceme fill-me fillme fixme todo
    tbd insert insert-key placeholder xxx xxxx a-xxx YOUR-DOMAIN TODO <id> a> %3Cid a%3e`.split(/\s+/),
  )("%s has to be filled in", (part) => {
    for (const text of [
      part,
      `/v1/${part}`,
      `https://a.io/${part}/b`,
      `https://a.io?${part}`,
      `https://a.io/a:${part}`,
    ])
      expect([text, isPlaceholder(text)]).toEqual([text, true]);
    expect(isPlaceholder(`https://a.io/a#${part}`)).toBe(true);
  });

  it.each(
    `your my yours yourx youridx yourxid my-account my-x myname myid myaccount mydomains changemex xchangeme change me-change
    xx xxxa axxx inserted todos fixmes HOST API_HOST REGION tenant %3D %4C ${"%20"} me`.split(/\s+/),
  )("%s is a name", (part) => {
    for (const text of [part, `/v1/${part}`, `https://a.io/${part}/b`, `https://a.io?${part}`])
      expect([text, isPlaceholder(text)]).toEqual([text, false]);
  });
});

describe("a host", () => {
  it.each(
    `HTTPS://your-domain.com a+b-1.c://your-domain.com https://u@your-domain.com https://u:p@your-domain.com:80
    https://your-server.de.evil.com https://x.your-servers.de https://API-KEY.x.io https://API_KEY https://REGION_1.api.io https://A_B.c.io https://API.x.io
    https://HOST.io https://host.TLD https://host.Invalid https://a$b.io https://a..b https://.a.io https://[host]
    https://[::g] https://[::1g] https://URL //ORG https://a.io.TENANT.io https://HOST.`.split(/\s+/),
  )("%s has to be filled in", (url) => expect(isPlaceholder(url)).toBe(true));

  it.each(
    `https://xAPI_KEY.a.io https://API_KEYx.a.io https://1_REGION.a.io https://API.HOST https://API_HOST.IO https://ABC.x.io
    https://HOSTS.io https://H.io https://host.tldr https://host.xtld https://host.invalidate https://tld https://tld.io
    https://invalid.a.io https://api.github.com. https://[::FFFF:1.2.3.4] https://[2001:db8::a] https:///x
    https://your-server.de https://a.your-storagebox.de https://YOUR-SERVER.DE https://a_b-1.io https://müller.io
    https://a.io:8080 https://a.io`.split(/\s+/),
  )("%s is a name", (url) => expect(isPlaceholder(url)).toBe(false));

  it.each([
    ["REGION", true],
    ["a b", true],
    ["https://REGION.api.io", true],
    ["https://api.io/REGION", false],
    ["https://your-domain.com", true],
    ["eu-1", false],
    ["api.io/REGION", false],
    ["", false],
  ])("that is or holds the value %j has to be filled in: %s", (value, want) =>
    expect(isPlaceholderValue(value)).toBe(want),
  );
});

describe("a doubt", () => {
  const [reserved, here, placeholder] = [
    "a name that is reserved for examples",
    "this machine",
    "a name that reads like a placeholder",
  ];
  it.each<[string, string | undefined]>([
    ["HTTPS://EXAMPLE.COM/v1", reserved],
    ["https://u@example.com:80", reserved],
    ["https://a.example", reserved],
    ["https://example", reserved],
    ["https://example.net", reserved],
    ["https://x.test", reserved],
    ["https://192.0.2.99", reserved],
    ["https://198.51.100.1", reserved],
    ["https://203.0.113.1", reserved],
    ["https://notexample.com", undefined],
    ["https://example.io", undefined],
    ["https://attest", undefined],
    ["https://a.tests", undefined],
    ["https://192.0.3.9", undefined],
    ["https://192.0.2.a", undefined],
    ["https://1.203.0.113.1", undefined],
    ["HTTP://LOCALHOST:8080", here],
    ["http://a.localhost", here],
    ["http://127.1.2.3", here],
    ["http://0.0.0.0", here],
    ["http://[::]", here],
    ["http://[::1]:80/x", here],
    ["http://[::11]", undefined],
    ["http://[::2]", undefined],
    ["http://notlocalhost", undefined],
    ["http://localhosts", undefined],
    ["http://10.127.0.0.1", undefined],
    ["http://127.0.0", undefined],
    ["http://10.0.0.0", undefined],
    ["https://tenant.api.io", placeholder],
    ["https://a.tenant.api.io", placeholder],
    ["https://Example.api.io", placeholder],
    ["https://example.com.br", placeholder],
    ["https://hostname.api.io", placeholder],
    ["https://company.api.io", placeholder],
    ["https://customer-id.api.io", placeholder],
    ["https://organizationname.api.io", placeholder],
    ["https://organisation_id.api.io", placeholder],
    ["https://tenant.local.api.io", placeholder],
    ["https://xtenant.api.io", undefined],
    ["https://tenantx.api.io", undefined],
    ["https://xcompany-id.api.io", undefined],
    ["https://company-ids.api.io", undefined],
    ["https://customer.api.io", undefined],
    ["https://tenant.io", undefined],
    ["https://api.tenant.io", undefined],
    ...["internal", "local", "lan", "home", "svc"].map((name): [string, undefined] => [
      `http://tenant.a.${name}`,
      undefined,
    ]),
    ["http://tenant.a.home.io", placeholder],
    ["localhost", undefined],
    ["", undefined],
  ])("of %s: %s", (url, want) => expect(doubtOf(url)).toBe(want));
});

describe("a server's URL", () => {
  const path = { name: "path", environment: "PATH_", default: "v1" };
  it("may have anything in its path, also where it has no host", () => {
    for (const url of ["/{path}", "x{path}", "https://a.example/{path}"])
      expect(fillIn({ url, variables: [path] }, { PATH_: "a/b" }).wrong).toEqual([]);
    expect(fillIn({ url: "HTTPS://a{path}", variables: [path] }, { PATH_: "a/b" }).wrong).toEqual([["PATH_", []]]);
    expect(fillIn({ url: "h+t-p.1://a{path}", variables: [path] }, { PATH_: "a/b" }).wrong).toEqual([["PATH_", []]]);
  });

  it("is that of the default, as often as its variable stands there, also where the list lacks it", () => {
    const listed = { ...path, enum: ["v2", "v3"] };
    const url = "https://a.example/{path}/{path}";
    expect(fillIn({ url, variables: [listed] }, {})).toEqual({
      text: "https://a.example/v1/v1",
      sources: [],
      open: [],
      wrong: [],
    });
    expect(fillIn({ url, variables: [listed] }, { PATH_: "v1" }).wrong).toEqual([]);
    expect(fillIn({ url: "https://a.example/{path}", variables: [listed] }, { PATH_: "v4" }).wrong).toEqual([
      ["PATH_", ["v2", "v3"]],
    ]);
  });

  it("is what its owner made of it, whatever it is called", () => {
    const text = "https://your-domain.com";
    expect(readServerUrl({ text, sources: ["REGION"] })).toEqual({ url: text, origin: text });
    expect(readServerUrl({ text, sources: [] })).toBeUndefined();
    expect(readServerUrl({ text: "https://a.io/v1/", sources: [] })).toEqual({
      url: "https://a.io/v1",
      origin: "https://a.io",
    });
  });

  it.each([
    ["https://a.:8080", undefined],
    ["https://a.", undefined],
    ["https://a.b:8080", "https://a.b:8080"],
    ["https://a", "https://a"],
    ["https://a.b/{", undefined],
    ["https://a.b/}", undefined],
    ["https://a.b/x..y", "https://a.b/x..y"],
  ])("%s is %s", (text, want) => expect(readBaseUrl(text)?.url).toBe(want));

  it.each([
    ["HTTPS://A.B/v1", "https://api.example.com/v1"],
    ["https://a.b//v1//", "https://api.example.com/v1"],
    ["https://a.b?x=1", "https://api.example.com"],
    ["https://a.b/v1?x=/a#/b", "https://api.example.com/v1"],
    ["https://a.b/v1\n/v2", "https://api.example.com/v1/v2"],
    ["localhostx:80/v1", "https://api.example.com/localhostx:80/v1"],
    ["LOCALHOST:80", "https://LOCALHOST:80"],
    ["api-1.example.co.uk:8080//", "https://api-1.example.co.uk:8080"],
    ["api.example.com?x", "https://api.example.com/api.example.com"],
    ["api.example.com:x", "https://api.example.com/api.example.com:x"],
    ["x api.example.com", "https://api.example.com/xapi.example.com"],
    ["./v1/../v2", "https://api.example.com/v1/../v2"],
    ["..v1", "https://api.example.com/..v1"],
    ["..", "https://api.example.com"],
  ])("%j is shown as %s", (url, want) => expect(exampleUrl({ url, variables: [] })).toBe(want));
});
