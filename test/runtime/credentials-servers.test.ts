import { describe, expect, it } from "vitest";

import type { ServerGroup } from "../../templates/always/src/runtime/model.ts";
import { baseUrlOf } from "../../templates/always/src/runtime/servers.ts";
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

describe("base URL", () => {
  it.each<[string, ServerGroup, NodeJS.ProcessEnv, string]>([
    ["of the document", group("default", "https://api.example.com/v1"), {}, "https://api.example.com/v1"],
    ["without its slash", group("default", "https://api.example.com/v1//"), {}, "https://api.example.com/v1"],
    ["without a path", group("default", "https://api.example.com"), {}, "https://api.example.com"],
    ["of the first usable server", group("default", "/v1", "ftp://a", "https://b/"), {}, "https://b"],
    ["of the environment", group("default", "https://a/"), { PETS_BASE_URL: "http://b/v2/" }, "http://b/v2"],
    ["of the document when empty", group("default", "https://a/"), { PETS_BASE_URL: " " }, "https://a"],
    ["with defaults", templated, {}, "https://eu.example.com:8443/v1"],
    ["with values", templated, { PETS_REGION: "us", PETS_VERSION: "v2" }, "https://us.example.com:8443/v2"],
  ])("%s", (_name, given, environment, want) => {
    expect(baseUrl([given], "default", environment).url).toBe(want);
  });

  it.each<[ServerGroup, NodeJS.ProcessEnv, string]>([
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
    expect(said).toContain(variable);
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
