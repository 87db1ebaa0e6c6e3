import { describe, expect, it } from "vitest";

import type { ServerGroup } from "../../templates/always/src/runtime/data/model.ts";
import { baseUrlOf } from "../../templates/always/src/runtime/upstream/servers.ts";
import { api, group } from "./credentials-fixture.ts";

function baseUrl(groups: readonly ServerGroup[], id: string, environment: NodeJS.ProcessEnv = {}) {
  return baseUrlOf(api({}, groups), id, environment);
}

const templated: ServerGroup = {
  id: "default",
  environment: "PETS_BASE_URL",
  servers: [
    {
      url: "https://{region}.example.com:{port}/{version}",
      variables: [
        { name: "region", default: "eu", enum: ["eu", "us"], environment: "PETS_REGION" },
        { name: "port", default: "8443", environment: "PETS_PORT" },
        { name: "version", default: "v1", environment: "PETS_VERSION" },
      ],
    },
  ],
};

const open: ServerGroup = {
  id: "default",
  environment: "PETS_BASE_URL",
  servers: [
    {
      url: "https://{tenant}.example.com/{base}",
      variables: [
        { name: "tenant", environment: "PETS_TENANT" },
        { name: "base", default: "", environment: "PETS_BASE" },
      ],
    },
  ],
};
const whole: ServerGroup = {
  id: "default",
  environment: "PETS_BASE_URL",
  servers: [
    {
      url: "{scheme}://{host}/v1",
      variables: [
        { name: "scheme", default: "https", environment: "PETS_SCHEME" },
        { name: "host", default: "a.example/b", environment: "PETS_HOST" },
      ],
    },
  ],
};

describe("base URL", () => {
  it.each<[string, ServerGroup, NodeJS.ProcessEnv, string]>([
    ["of the document", group("default", "https://api.example.com/v1"), {}, "https://api.example.com/v1"],
    ["without its slash", group("default", "https://api.example.com/v1//"), {}, "https://api.example.com/v1"],
    ["without a path", group("default", "https://api.example.com"), {}, "https://api.example.com"],
    ["of the first usable server", group("default", "/v1", "ftp://a", "https://b/"), {}, "https://b"],
    ["of the environment", group("default", "https://a/"), { PETS_BASE_URL: "http://b/v2/" }, "http://b/v2"],
    ["of the document when empty", group("default", "https://a/"), { PETS_BASE_URL: " " }, "https://a"],
    ["whole by its defaults", whole, {}, "https://a.example/b/v1"],
    ["with a value in place of one that goes on", whole, { PETS_HOST: "b.example/c" }, "https://b.example/c/v1"],
    ["with an open part given", open, { PETS_TENANT: "acme" }, "https://acme.example.com"],
    ["with defaults", templated, {}, "https://eu.example.com:8443/v1"],
    ["with values", templated, { PETS_REGION: "us", PETS_VERSION: "v2" }, "https://us.example.com:8443/v2"],
  ])("%s", (_name, given, environment, want) => {
    expect(baseUrl([given], "default", environment).url).toBe(want);
  });

  it.each<[ServerGroup, NodeJS.ProcessEnv, string | RegExp]>([
    // What there is of it stands in the example.
    [group("default", "/myapp"), {}, /only the relative \/myapp.*PETS_BASE_URL.*https:\/\/api\.example\.com\/myapp\./],
    [group("default", "../v2/"), {}, /https:\/\/api\.example\.com\/v2\./],
    [group("default", "."), {}, /for example https:\/\/api\.example\.com\./],
    [group("default", "localhost:8080/v1"), {}, /for example https:\/\/localhost:8080\/v1\./],
    [group("default", "api.pets.example/v1"), {}, /for example https:\/\/api\.pets\.example\/v1\./],
    [
      group("default", "https://<your-host>/v1"),
      {},
      /only https:\/\/<your-host>\/v1, which stands for an address.*\.com\/v1\./,
    ],
    [group("default", "https://your host/v1"), {}, /only https:\/\/your host\/v1/],
    [group("default", "https://.../v1"), {}, /for example https:\/\/api\.example\.com\/v1\./],
    [group("default", "{"), {}, /for example https:\/\/api\.example\.com\./],
    [group("default", "https://a/?key=1"), {}, /only https:\/\/a\/\?key=1/],
    [group("default", "wss://a/v1"), {}, /only wss:\/\/a\/v1.*https:\/\/api\.example\.com\/v1/],
    [group("default"), {}, /names no server.*for example https:\/\/api\.example\.com\./],
    [
      group("default", "/v1"),
      { PETS_BASE_URL: "nonsense" },
      /PETS_BASE_URL has to be .*https:\/\/api\.example\.com\/v1/,
    ],
    // Whose value it is that does not do.
    [open, {}, /leaves parts of .* open.*Set PETS_TENANT, or PETS_BASE_URL/],
    [open, { PETS_TENANT: "a b" }, /PETS_TENANT has a value that makes no URL/],
    [open, { PETS_TENANT: "evil.example/" }, /PETS_TENANT has a value that makes no URL/],
    [open, { PETS_TENANT: "evil.example#" }, /PETS_TENANT has a value that makes no URL/],
    [whole, { PETS_SCHEME: "ftp" }, /PETS_SCHEME has a value that makes no URL/],
    [whole, { PETS_HOST: "<host>" }, /PETS_HOST has a value that makes no URL/],
    [templated, { PETS_PORT: "many" }, /PETS_PORT has a value that makes no URL/],
    [templated, { PETS_REGION: "eu2" }, /PETS_REGION has to be one of eu, us/],
    [
      {
        ...group("default", "https://b.example"),
        servers: [...templated.servers, { url: "https://b", variables: [] }],
      },
      { PETS_PORT: "many" },
      /PETS_PORT has a value/,
    ],
    [group("default"), {}, "PETS_BASE_URL"],
    [group("default", "/v1"), {}, "PETS_BASE_URL"],
    [group("default", "https://{unknown}.example.com"), {}, "PETS_BASE_URL"],
    [group("default"), { PETS_BASE_URL: "api.example.com" }, "PETS_BASE_URL"],
    [group("default"), { PETS_BASE_URL: "file:///etc/passwd" }, "PETS_BASE_URL"],
    [group("default"), { PETS_BASE_URL: "https://user:canary-password@a/" }, "PETS_BASE_URL"],
    [group("default"), { PETS_BASE_URL: "https://a/?key=canary-password" }, "PETS_BASE_URL"],
    [group("default"), { PETS_BASE_URL: "https://a/#x" }, "PETS_BASE_URL"],
    [templated, { PETS_REGION: "evil.com/" }, "PETS_REGION"],
  ])("%j with %j: names %s", (given, environment, variable) => {
    const error = (() => {
      try {
        return baseUrl([given], "default", environment);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toMatchObject({ name: "ConfigurationError" });
    const said = `${String(error)} ${String((error as { hint?: string }).hint)}`;
    if (typeof variable === "string") expect(said).toContain(variable);
    else expect(said).toMatch(variable);
    expect(said).not.toContain("canary-password");
  });
});

describe("trust", () => {
  const groups = [group("default", "https://api.example.com/v1"), group("files", "https://files.example.com/")];
  it.each<[string, readonly ServerGroup[], string, NodeJS.ProcessEnv, boolean]>([
    ["the default server", groups, "default", {}, true],
    ["a server of another origin", groups, "files", {}, false],
    ["one that the user named", groups, "files", { PETS_FILES_BASE_URL: "https://files.example.com" }, true],
    [
      "one that the user listed",
      groups,
      "files",
      { PETS_ALLOWED_ORIGINS: "https://x, https://files.example.com/" },
      true,
    ],
    ["another scheme of it", groups, "files", { PETS_ALLOWED_ORIGINS: "http://files.example.com" }, false],
    ["another port of it", groups, "files", { PETS_ALLOWED_ORIGINS: "https://files.example.com:8443" }, false],
    ["a longer name", groups, "files", { PETS_ALLOWED_ORIGINS: "https://files.example.com.evil.test" }, false],
    [
      "another path of the default origin",
      [group("default", "https://api.example.com/v1"), group("files", "https://api.example.com/files")],
      "files",
      {},
      true,
    ],
    ["the document's server, once the user named another", groups, "files", { PETS_BASE_URL: "https://mine" }, false],
    ["any server without a default", [group("default"), group("files", "https://a/")], "files", {}, false],
  ])("%s", (_name, given, id, environment, want) => {
    expect(baseUrl(given, id, environment).trusted).toBe(want);
  });

  it("refuses a list that holds no origins", () => {
    expect(() => baseUrl(groups, "files", { PETS_ALLOWED_ORIGINS: "files.example.com" })).toThrow(
      "PETS_ALLOWED_ORIGINS",
    );
  });
});

describe("private addresses", () => {
  it.each<[string, readonly ServerGroup[], string, NodeJS.ProcessEnv, boolean]>([
    ["a public document", [group("default", "https://api.example.com")], "default", {}, false],
    ["a document for this machine", [group("default", "http://localhost:8080")], "default", {}, true],
    ["a document for metadata", [group("default", "http://169.254.169.254")], "default", {}, false],
    ["a document for the network", [group("default", "http://10.0.0.1")], "default", {}, false],
    ["a user's choice", [group("default", "https://a")], "default", { PETS_BASE_URL: "http://10.0.0.1" }, true],
    [
      "a further server on this machine",
      [group("default", "https://a"), group("files", "http://127.0.0.1:6379")],
      "files",
      {},
      false,
    ],
  ])("%s", (_name, given, id, environment, want) => {
    expect(baseUrl(given, id, environment).allowPrivate).toBe(want);
  });
});
