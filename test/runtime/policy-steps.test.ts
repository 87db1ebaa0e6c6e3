/** Steps by which a call passes a policy: what it is refused for, what of it is changed, shown or asked about. */
import { beforeEach, describe, expect, it } from "vitest";
import { type CallError, QuestionForUser } from "../../templates/always/src/runtime/errors.ts";
import { Approvals, digestOf } from "../../templates/always/src/runtime/policy/approvals.ts";
import type { ApprovalSettings } from "../../templates/always/src/runtime/policy/approval-settings.ts";
import { approveStep } from "../../templates/always/src/runtime/policy/approve-step.ts";
import { checkStep } from "../../templates/always/src/runtime/policy/check-step.ts";
import type { PolicyData } from "../../templates/always/src/runtime/policy/policy-data.ts";
import { MemoryStore } from "../../templates/always/src/runtime/store/memory.ts";

interface Notes {
  decision?: string;
  rule?: string;
  approval?: string;
  dryRun?: boolean;
}
interface Given {
  readonly policy?: PolicyData;
  readonly settings?: Partial<ApprovalSettings>;
  readonly kind?: string;
  readonly hooks?: object;
  readonly call?: object;
  readonly isRuled?: boolean;
  readonly hasNotes?: boolean;
}
const allow = { effect: "allow", name: "it" } as const;
let approvals: Approvals;
let handed: Record<string, unknown>[];
const result = { content: [{ type: "text", text: "done" }] };

beforeEach(() => {
  const store = new MemoryStore();
  approvals = new Approvals(() => store, 60_000);
  handed = [];
});
const approving = (settings: Partial<ApprovalSettings> = {}) => ({
  approvals,
  settings: { mode: "auto", expiresInMs: 60_000, dryRun: false, ...settings },
  server: "shop",
});
const next = async (call: object) => {
  handed.push(call as Record<string, unknown>);
  return result;
};
const annotations = { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true };
const inputSchema = { type: "object", properties: { petId: { type: "integer" }, note: { type: "string" } } };

async function checked({ policy = { rules: [allow] }, kind = "operation", ...given }: Given = {}) {
  const notes: Notes = {};
  const name = "delete_pet";
  const row = {
    kind,
    file: "pets",
    listing: { name, title: "Delete a pet", inputSchema, annotations },
    api: { calls: async () => ({ [name]: {} }), schemas: async () => ({}) },
  };
  const tool = {
    name,
    annotations,
    arguments: new Map([
      ["petId", true],
      ["note", false],
    ]),
  };
  const call = {
    row,
    caller: { id: "user:ada" },
    args: { petId: 7, note: "n" },
    ...(given.hasNotes === false ? {} : { notes }),
    ...given.call,
  };
  const step = checkStep({
    policy: () => policy,
    ruled: () => (given.isRuled === false ? undefined : tool),
    approving: approving(given.settings),
  } as never);
  const services = {
    owner: { custom: given.hooks === undefined ? {} : { hooks: given.hooks } },
    log: { error: () => {} },
  };
  const outcome = await step(services as never)(call as never, next as never).catch((fault: unknown) => fault);
  return { call, outcome: outcome as CallError & QuestionForUser, notes };
}
const told = ({ name, message, hint }: CallError): readonly unknown[] => [`${name}: ${message}`, hint];

describe("a call that is checked", () => {
  it("goes on as it is where it is allowed, with what allows it in its notes", async () => {
    const { call, outcome, notes } = await checked();
    expect(outcome).toBe(result);
    expect(handed).toEqual([call]);
    expect(notes).toEqual({ decision: "allow", rule: "it" });
    expect((await checked({ hasNotes: false })).outcome).toBe(result);
  });

  it("of a tool that is not decided about goes on untouched", async () => {
    const { call, outcome, notes } = await checked({ isRuled: false, policy: { rules: [{ effect: "deny" }] } });
    expect([outcome, handed[0] === call, notes]).toEqual([result, true, {}]);
  });

  it.each<[PolicyData["rules"][number], string]>([
    [{ effect: "deny" }, "Ask whoever runs this server: trying again does not help."],
    [{ effect: "deny", reason: "Pets stay." }, "Pets stay."],
    [{ effect: "allow", require: false }, "Not allowed"],
    [{ effect: "allow", require: { properties: { petId: { maximum: 6 } } } }, "petId"],
  ])("is refused by %j", async (rule, hint) => {
    const { outcome, notes } = await checked({ policy: { rules: [rule] } });
    expect(told(outcome)).toEqual([
      "PolicyError: The policy of this server does not let this call of delete_pet pass",
      expect.stringContaining(hint) as unknown,
    ]);
    expect([handed, notes]).toEqual([[], { decision: "deny", rule: "rule 1" }]);
  });

  it("meets a schema that is true, and none that is false", async () => {
    const rules = [
      { effect: "deny", arguments: false },
      { effect: "allow", arguments: true, require: true },
    ] as const;
    expect((await checked({ policy: { default: "deny", rules } })).notes.rule).toBe("rule 2");
    expect((await checked({ policy: { default: "deny", rules } })).outcome).toBe(result);
  });

  it("is decided by the toolset that it comes through, and its caller", async () => {
    const policy: PolicyData = { default: "deny", rules: [{ ...allow, toolsets: ["triage"], callers: ["user:ada"] }] };
    expect((await checked({ policy, call: { reach: { toolset: "triage" } } })).outcome).toBe(result);
    expect((await checked({ policy, call: { reach: { toolset: "other" } } })).outcome.name).toBe("PolicyError");
    expect((await checked({ policy })).outcome.name).toBe("PolicyError");
  });

  it("asks for less, and says so behind its result", async () => {
    const { outcome } = await checked({ policy: { rules: [{ ...allow, cap: { petId: 5 }, drop: ["note"] }] } });
    expect(handed[0]?.["args"]).toEqual({ petId: 5 });
    expect(outcome).toEqual({
      content: [
        ...result.content,
        {
          type: "text",
          text: 'The policy of this server asked for less than was wanted: "petId" was lowered to 5; "note" was left out.',
        },
      ],
    });
  });
});

describe("a call that is only tried", () => {
  it.each<[string, Given]>([
    ["by the settings", { settings: { dryRun: true } }],
    ["by itself", { call: { dryRun: true } }],
    ["by a rule", { policy: { rules: [{ ...allow, "dry-run": true }] } }],
    ["though it would be asked about", { policy: { rules: [{ effect: "ask", "dry-run": true }] } }],
    ["though others have hooks", { call: { dryRun: true }, hooks: { other: { replace: () => {} } } }],
    ["though it has a hook", { call: { dryRun: true }, hooks: { delete_pet: { before: () => {} } } }],
  ])("is so %s", async (_what, given) => {
    const { outcome } = await checked(given);
    expect([outcome, handed.map(({ dryRun, asks }) => [dryRun, asks])]).toEqual([result, [[true, undefined]]]);
  });

  it.each<[string, Given]>([
    ["is the owner's", { kind: "custom" }],
    ["is replaced by the owner", { hooks: { delete_pet: { replace: () => {} } } }],
  ])("cannot be where it %s", async (_what, given) => {
    expect(told((await checked({ ...given, settings: { dryRun: true } })).outcome)).toEqual([
      "PolicyError: There is no dry run of delete_pet: it is no single request",
      "Try the operations that it calls.",
    ]);
    expect(handed).toEqual([]);
  });
});

describe("a call that is asked about", () => {
  const ask: PolicyData = { rules: [{ effect: "ask", name: "it" }] };
  it.each<[string, Given, unknown]>([
    ["by a rule", { policy: ask }, { byRule: true }],
    ["by the default", { policy: { rules: [] } }, { byRule: false }],
    ["by a rule, and has to be", { policy: ask, settings: { mode: "require" } }, { byRule: true }],
    ["though it has a hook", { policy: ask, hooks: { delete_pet: { after: () => {} } } }, { byRule: true }],
    ["where nobody is to be asked", { policy: ask, settings: { mode: "off" } }, undefined],
    ["by way of one that was approved", { policy: ask, call: { outer: { approval: "approved" } } }, undefined],
  ])("goes on to its request: %s", async (_what, given, asks) => {
    expect((await checked(given)).outcome).toBe(result);
    expect(handed[0]?.["asks"]).toEqual(asks);
  });

  it.each([{}, { approval: "asked" }, { approval: "declined" }])(
    "is none by the way of another with %j",
    async (outer) => {
      expect(told((await checked({ policy: ask, call: { outer } })).outcome)).toEqual([
        "PolicyError: A call of delete_pet has to be approved: it cannot be made by the way",
        "Call delete_pet by itself.",
      ]);
      expect(handed).toEqual([]);
    },
  );

  it("is asked at once where no request shows what it does", async () => {
    for (const given of [{ kind: "custom" }, { hooks: { delete_pet: { replace: () => {} } } }]) {
      const asking = { policy: ask, ...given, call: { asking: { canAsk: true } } };
      const { outcome, notes } = await checked(asking);
      expect(outcome).toBeInstanceOf(QuestionForUser);
      expect(outcome.message).toBe(
        'Delete a pet (delete_pet) is about to be called. It may change or remove what exists.\n\nArguments: {"petId":7,"note":"n"}',
      );
      const digest = await digestOf([null, "user:ada", null, "delete_pet", { petId: 7, note: "n" }]);
      expect(await approvals.find(outcome.state)).toMatchObject({ digest });
      expect([notes.approval, handed]).toEqual(["asked", []]);
      const reply = { state: outcome.state, isYes: true };
      const again = await checked({ ...asking, call: { asking: { canAsk: true, reply } } });
      expect([again.outcome, handed.splice(0)[0]?.["asks"]]).toEqual([result, undefined]);
    }
  });

  it("is refused there by a rule where nobody can be asked, and not by the default", async () => {
    expect((await checked({ policy: ask, kind: "custom" })).outcome.message).toContain(
      "has to be approved by its user",
    );
    expect((await checked({ policy: { rules: [] }, kind: "custom" })).outcome).toBe(result);
  });
});

describe("a request that is there", () => {
  const request = { method: "DELETE", url: "https://api.example/pets/7", headers: [["x-one", "1"]] };
  async function approvedStep(more: object, notes: Notes | undefined = {}) {
    const call = {
      row: { listing: { name: "delete_pet", title: "Delete a pet", annotations } },
      caller: { id: "user:ada" },
      args: { petId: 7 },
      outgoing: { request, plan: { request: { parameters: [] } } },
      notes,
      callTool: async () => ({ content: [{ type: "text", text: "Rex" }] }),
      ...more,
    };
    const calls = async () => ({ get_pet: { request: { parameters: [] } } });
    const reader = { kind: "operation", file: "pets", listing: { name: "get_pet" }, api: { calls } };
    const services = {
      table: { get: (name: string) => (name === "get_pet" ? reader : undefined) },
      log: { error: () => {} },
    };
    const step = approveStep(approving() as never, (tool) => (tool === "delete_pet" ? "get_pet" : undefined));
    const outcome = await (
      await step(services as never)
    )(call as never, next as never).catch((fault: unknown) => fault);
    return { call, outcome: outcome as Error & QuestionForUser, notes };
  }

  it("is sent where nobody asks, and where it was approved before", async () => {
    for (const [more, notes] of [
      [{}, {}],
      [{ dryRun: false }, {}],
      [{ asks: { byRule: true } }, { approval: "approved" }],
    ] as const) {
      const { call, outcome } = await approvedStep(more, { ...notes });
      expect([outcome, handed.splice(0)]).toEqual([result, [call]]);
    }
  });

  it("is shown and not sent where it is only tried", async () => {
    const { outcome, notes } = await approvedStep({ dryRun: true, asks: { byRule: true } });
    expect(outcome).toEqual({
      content: [
        {
          type: "text",
          text: "Dry run: nothing was sent. This is the request, without credentials:\n\nDELETE https://api.example/pets/7\nx-one: 1",
        },
      ],
    });
    expect([notes, handed]).toEqual([{ dryRun: true }, []]);
    expect((await approvedStep({ dryRun: true, notes: undefined })).outcome).toEqual(outcome);
  });

  it("is asked about with what is there now, as the one that it is", async () => {
    const { outcome, notes } = await approvedStep({ asks: { byRule: true }, asking: { canAsk: true } });
    expect(outcome).toBeInstanceOf(QuestionForUser);
    expect(outcome.message).toMatch(
      /Request:\nDELETE https:\/\/api\.example\/pets\/7\nx-one: 1\n\nAs it is now \(get_pet\):\nRex$/,
    );
    expect([notes.approval, handed]).toEqual(["asked", []]);
    const meaning = ["DELETE", "https://api.example/pets/7", { petId: 7 }];
    const digest = await digestOf([null, "user:ada", null, "delete_pet", meaning]);
    expect(await approvals.find(outcome.state)).toMatchObject({ digest });
  });

  it("is refused by a rule where nobody can be asked, and goes on by the default", async () => {
    expect((await approvedStep({ asks: { byRule: true } })).outcome.message).toContain(
      "has to be approved by its user",
    );
    expect((await approvedStep({ asks: { byRule: false } })).outcome).toBe(result);
  });

  it("has to be there", async () =>
    expect((await approvedStep({ outgoing: undefined })).outcome.message).toBe(
      "There is no request: `request` goes before `approve`",
    ));
});
