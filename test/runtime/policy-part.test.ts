/** The part that keeps a policy: which one it takes, whom it lets call what, what it answers beside MCP; and settings of approvals. */
import { describe, expect, it } from "vitest";
import { readApprovalSettings } from "../../templates/always/src/runtime/policy/approval-settings.ts";
import { createPolicy } from "../../templates/always/src/runtime/policy/policy.ts";
import { MemoryStore } from "../../templates/always/src/runtime/store/memory.ts";
import { configurationFault } from "./configuration-fault.ts";

type Environment = Record<string, string>;
const listing = (name: string, more: object = {}) => ({
  name,
  title: name,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  inputSchema: { type: "object", properties: { limit: {}, sort: {} }, required: ["sort"] },
  ...more,
});
const own = { name: "own_tool", description: "", inputSchema: { type: "object", properties: {} } };
const custom = { tools: [own, { ...own, name: "own_reader", annotations: { readOnlyHint: true } }] };

interface Options {
  readonly environment?: Environment;
  readonly generated?: unknown;
  readonly files?: Record<string, string>;
}
function policyOf({ environment = {}, generated, files }: Options = {}) {
  const lines: unknown[][] = [];
  const watched: [string, () => void][] = [];
  const line =
    (level: string) =>
    (...told: unknown[]) =>
      void lines.push([level, ...told]);
  const store = new MemoryStore();
  const policy = createPolicy({
    project: {
      data: { name: "shop" },
      apis: [{ groups: [{ tools: [listing("list_pets"), listing("get_pet")] }, { tools: [listing("list_shops")] }] }],
      plan: { toolsets: [{ name: "triage" }] },
    },
    custom,
    generated,
    host: {
      environment,
      exchange: async () => Promise.reject(new Error("nobody")),
      watch: (path: string, changed: () => void) => void watched.push([path, changed]),
      ...(files && {
        readText: (path: string) => {
          const text = files[path];
          if (text === undefined) throw new Error("ENOENT");
          return text;
        },
      }),
    },
    log: { error: line("error"), warn: line("warn"), info: line("info"), debug: line("debug") },
    store: () => store,
  } as never);
  const may = (name: string, more: object = {}, toolset?: string): unknown => {
    const gate = toolset === undefined ? policy.gate : policy.gate.within(toolset);
    return gate.mayCall({ kind: "operation", listing: listing(name), ...more } as never, { id: "user:ada" });
  };
  return { policy, lines, watched, may };
}
const denying = (rule: object) => ({ policy: { rules: [{ effect: "deny", name: "no", ...rule }] }, tools: {} });
const denied = { allowed: false, rule: "no" };
const passes = { allowed: true, rule: "default" };

describe("a policy", () => {
  it("is the generated one, and none where there is none", () => {
    expect(policyOf().may("list_pets")).toEqual(passes);
    const { may } = policyOf({ generated: denying({ tools: ["list_*"] }) });
    expect([may("list_pets"), may("list_shops"), may("get_pet")]).toEqual([denied, denied, passes]);
  });

  it("knows of a tool what its generator wrote down", () => {
    const generated = {
      ...denying({ methods: ["GET"], tags: ["pets"] }),
      tools: { get_pet: { method: "GET", tags: ["pets"] } },
    };
    const { may } = policyOf({ generated });
    expect([may("get_pet"), may("list_pets")]).toEqual([denied, passes]);
  });

  it("takes a tool of the owner's, and one that is not known, for one that may remove", () => {
    const { may } = policyOf({ generated: denying({ hints: { destructive: true, "read-only": false } }) });
    const later = { listing: { name: "later", annotations: {}, inputSchema: {} } };
    expect([may("own_tool"), may("own_reader"), may("list_pets"), may("later", later)]).toEqual([
      denied,
      passes,
      passes,
      denied,
    ]);
    const idle = policyOf({ generated: denying({ hints: { idempotent: true } }) });
    expect([idle.may("own_tool"), idle.may("list_pets")]).toEqual([passes, denied]);
    const open = policyOf({ generated: denying({ hints: { "open-world": true } }) });
    expect([open.may("own_tool"), open.may("list_pets")]).toEqual([denied, denied]);
  });

  it("does not decide about tools that only find others", () => {
    const { may } = policyOf({ generated: denying({}) });
    expect(may("own_tool", { kind: "custom", isFinding: true })).toEqual(passes);
    expect(may("own_tool", { kind: "custom", isFinding: false })).toEqual(denied);
    expect(may("own_tool", { kind: "custom" })).toEqual(denied);
  });

  it("is for a toolset where it says so", () => {
    const { may } = policyOf({ generated: denying({ toolsets: ["triage"] }) });
    expect([may("get_pet"), may("get_pet", {}, "triage"), may("get_pet", {}, "other")]).toEqual([
      passes,
      denied,
      passes,
    ]);
  });

  it("that cannot be kept is said with its first five faults", () => {
    const generated = (count: number) => ({
      policy: { rules: Array.from({ length: count }, (_, index) => ({ effect: "deny", tools: [`x${index}9999`] })) },
      tools: {},
    });
    const at = (index: number): string => `at /rules/${index}/tools/0, There is no tool "x${index}9999"`;
    const five = [0, 1, 2, 3, 4].map(at).join("; ");
    expect(configurationFault(() => policyOf({ generated: generated(5) }))[0]).toBe(
      `The policy of policy.json cannot be kept: ${five}`,
    );
    expect(configurationFault(() => policyOf({ generated: generated(7) }))[0]).toBe(
      `The policy of policy.json cannot be kept: ${five}; and 2 more`,
    );
    expect(configurationFault(() => policyOf({ generated: { policy: [], tools: {} } }))).toEqual([
      "The policy of policy.json cannot be kept: A policy has to be an object",
      undefined,
    ]);
    expect(configurationFault(() => policyOf({ generated: denying({ drop: ["sort"] }) }))[0]).toBe(
      'The policy of policy.json cannot be kept: at /rules/0/drop, A rule that denies has no "drop"',
    );
    const drop = {
      policy: { rules: [{ effect: "allow", tools: ["get_pet"], drop: ["sort"], cap: { limit: 1 } }] },
      tools: {},
    };
    expect(configurationFault(() => policyOf({ generated: drop }))[0]).toBe(
      'The policy of policy.json cannot be kept: at /rules/0/drop, "sort" cannot be left out: get_pet requires it',
    );
  });
});

describe("a file of a policy", () => {
  const environment = { MCP_POLICY_FILE: " rules.json " };
  const none = '{"rules":[]}';
  const closed = '{"rules":[{"name":"no","effect":"deny","tools":["get_pet"]}]}';

  it("holds in place of the generated one, and as it is now", () => {
    const files: Record<string, string> = { "rules.json": closed };
    const { may, lines, watched } = policyOf({ environment, files, generated: denying({}) });
    expect([may("get_pet"), may("list_pets"), watched.map(([path]) => path)]).toEqual([denied, passes, ["rules.json"]]);
    files["rules.json"] = none;
    watched[0]?.[1]();
    expect(may("get_pet")).toEqual(passes);
    files["rules.json"] = closed;
    watched[0]?.[1]();
    for (const broken of ["{", '{"rules":1}', undefined]) {
      if (broken === undefined) delete files["rules.json"];
      else files["rules.json"] = broken;
      watched[0]?.[1]();
      expect(may("get_pet")).toEqual(denied);
    }
    const kept = "The policy of before holds on.";
    expect(lines).toEqual([
      ["info", "policy", { rules: 0 }],
      ["info", "policy", { rules: 1 }],
      ["error", "policy", { message: `The file of MCP_POLICY_FILE is no JSON, line 1. ${kept}` }],
      [
        "error",
        "policy",
        { message: `The policy of MCP_POLICY_FILE cannot be kept: at /rules, "rules" needs a list. ${kept}` },
      ],
      ["error", "policy", { message: `The file of MCP_POLICY_FILE cannot be read. ${kept}` }],
    ]);
  });

  it("is none where it is not set", () => {
    const { may, watched } = policyOf({ environment: { MCP_POLICY_FILE: "  " }, generated: denying({}) });
    expect([may("get_pet"), watched]).toEqual([denied, []]);
  });

  it.each<[Environment, Options["files"], string, string | undefined]>([
    [environment, undefined, "MCP_POLICY_FILE names a file, and this server runs where there are none", undefined],
    [environment, {}, "The file of MCP_POLICY_FILE cannot be read", "Check its path and that this server may read it."],
    [environment, { "rules.json": "{\n\n]" }, "The file of MCP_POLICY_FILE is no JSON, line 3", undefined],
    [environment, { "rules.json": '{\n"a": 1,\n' }, "The file of MCP_POLICY_FILE is no JSON, line 3", undefined],
    [
      environment,
      { "rules.json": '{"rules":1}' },
      'The policy of MCP_POLICY_FILE cannot be kept: at /rules, "rules" needs a list',
      undefined,
    ],
    ...["r.yaml", "r.YML"].map((path): [Environment, Options["files"], string, undefined] => [
      { MCP_POLICY_FILE: path },
      { [path]: "rules: []" },
      "The file of MCP_POLICY_FILE is YAML, and a server reads JSON: make it with openapi-to-mcp policy print rules.yaml > policy.json",
      undefined,
    ]),
    [{ MCP_POLICY_FILE: "yaml" }, { yaml: "rules: []" }, "The file of MCP_POLICY_FILE is no JSON, line 1", undefined],
  ])("keeps a server from starting: %j, %j", (given, files, message, hint) =>
    expect(configurationFault(() => policyOf({ environment: given, ...(files && { files }) }))).toEqual([
      message,
      hint,
    ]),
  );
});

describe("what a policy answers beside MCP", () => {
  const key = { MCP_APPROVAL_KEY: "k3y-0f-those-who-approve-calls" };
  const webhook = {
    MCP_APPROVAL_WEBHOOK: "https://hooks.example/p4th-of-secrets",
    MCP_APPROVAL_WEBHOOK_KEY: Buffer.alloc(16, 3).toString("base64"),
    MCP_PUBLIC_URL: "https://mcp.example",
  };
  it.each<[string, Environment, readonly string[]]>([
    ["nothing", {}, []],
    ["a page, where a key is set", key, ["/approvals"]],
    ["a page, where a webhook is set", webhook, ["/approvals"]],
  ])("is %s", async (_what, environment, paths) => {
    const { policy } = policyOf({ environment });
    expect(policy.routes.map(({ path }) => path)).toEqual(paths);
    expect(policy.approvalMs).toBe(300_000);
    expect(await policy.close()).toBeUndefined();
  });

  it("waits as long as is set", () =>
    expect(policyOf({ environment: { MCP_APPROVAL_MS: "1000" } }).policy.approvalMs).toBe(1_000));

  const read = (environment: Environment) => readApprovalSettings({ environment });
  it("is by these settings", () => {
    expect(read({})).toEqual({ mode: "auto", expiresInMs: 300_000, dryRun: false });
    const both = read({
      ...key,
      ...webhook,
      MCP_PUBLIC_URL: "https://mcp.example/base/",
      MCP_APPROVE: "require",
      MCP_DRY_RUN: "on",
    });
    expect([both.mode, both.dryRun, both.page, both.key?.reveal()]).toEqual([
      "require",
      true,
      "https://mcp.example/base/approvals",
      key.MCP_APPROVAL_KEY,
    ]);
    expect([both.webhook?.url.reveal(), both.webhook?.key]).toEqual([
      webhook.MCP_APPROVAL_WEBHOOK,
      new Uint8Array(16).fill(3),
    ]);
    expect(read(key).page).toBe("/approvals");
    const prefixed = { ...webhook, MCP_APPROVAL_WEBHOOK_KEY: `whsec_${webhook.MCP_APPROVAL_WEBHOOK_KEY}` };
    expect(read(prefixed).webhook?.key).toEqual(new Uint8Array(16).fill(3));
    expect(Object.keys(read({ MCP_PUBLIC_URL: "https://mcp.example" }))).toEqual(["mode", "expiresInMs", "dryRun"]);
  });

  const both =
    "MCP_APPROVAL_WEBHOOK and MCP_APPROVAL_WEBHOOK_KEY have to be set, both: whoever gets a message has to know that it is from this server";
  const safe = "has to be an https URL without a user; http is for this machine only";
  const bytes = "MCP_APPROVAL_WEBHOOK_KEY has to be base64 of 16 bytes at least";
  it.each<[Environment, string, string | undefined]>([
    [{ MCP_APPROVE: "always" }, "MCP_APPROVE has to be auto, require or off", undefined],
    [
      { MCP_APPROVAL_KEY: "sh0rt-k3y" },
      "MCP_APPROVAL_KEY needs a key of at least 16 characters, without spaces",
      "Make one with: openssl rand -base64 32",
    ],
    [{ ...webhook, MCP_APPROVAL_WEBHOOK: "" }, both, "Make a key with: openssl rand -base64 32"],
    [{ ...webhook, MCP_APPROVAL_WEBHOOK_KEY: "" }, both, "Make a key with: openssl rand -base64 32"],
    [{ ...webhook, MCP_PUBLIC_URL: "" }, `MCP_PUBLIC_URL ${safe}`, undefined],
    [{ ...webhook, MCP_APPROVAL_WEBHOOK: "http://hooks.example/x" }, `MCP_APPROVAL_WEBHOOK ${safe}`, undefined],
    [
      { ...webhook, MCP_APPROVAL_WEBHOOK_KEY: Buffer.alloc(15).toString("base64") },
      bytes,
      "Make one with: openssl rand -base64 32",
    ],
    [
      { ...webhook, MCP_APPROVAL_WEBHOOK_KEY: "n0-base64-!!!!!!!!!!!!!!!!!!!!!" },
      bytes,
      "Make one with: openssl rand -base64 32",
    ],
  ])("is refused with %j", (environment, message, hint) =>
    expect(configurationFault(() => read(environment))).toEqual([message, hint]),
  );
});
