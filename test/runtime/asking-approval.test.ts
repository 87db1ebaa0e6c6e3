/** What becomes of a call that has to be approved: who is asked, what they are told, and what the model is. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CallError, PolicyError, QuestionForUser } from "../../templates/always/src/runtime/errors.ts";
import { approved } from "../../templates/always/src/runtime/policy/approve.ts";
import { Approvals, digestOf } from "../../templates/always/src/runtime/policy/approvals.ts";
import type { ApprovalSettings } from "../../templates/always/src/runtime/policy/approval-settings.ts";
import { isProven, signingWith } from "../../templates/always/src/runtime/policy/signing.ts";
import { Secret } from "../../templates/always/src/runtime/secret.ts";
import { MemoryStore } from "../../templates/always/src/runtime/store/memory.ts";

const page = "https://mcp.example/approvals";
const key = new Secret("k3y-t0-approve-with");
const signing = signingWith(new Uint8Array(32).fill(7));
const standard: ApprovalSettings = { mode: "auto", expiresInMs: 300_000, dryRun: false };

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: 1_800_000_000_000 }));
afterEach(() => void vi.useRealTimers());

interface Asked {
  readonly caller?: object;
  readonly tool?: string;
  readonly reach?: { readonly toolset: string };
  readonly canAsk?: boolean;
  readonly reply?: { readonly state: string; readonly isYes: boolean };
  readonly byRule?: boolean;
  readonly meaning?: string;
  readonly title?: string;
  readonly rule?: string;
  readonly fault?: unknown;
}

/** @param tells what the webhook says to each message; absent: there is none */
function asking(settings: Partial<ApprovalSettings> = {}, tells?: readonly boolean[]) {
  const approvals = new Approvals(() => store, settings.expiresInMs ?? 300_000);
  const store = new MemoryStore({}, () => Date.now());
  const told: { type: string; data: Record<string, string>; lost: () => Promise<void> }[] = [];
  const errors: unknown[][] = [];
  let previews = 0;
  const webhook = {
    tell: (type: string, data: Record<string, string>, lost: () => Promise<void>) => {
      told.push({ type, data, lost });
      return tells?.[told.length - 1] ?? true;
    },
  };
  const approving = {
    approvals,
    settings: { ...standard, ...settings },
    server: "shop",
    ...(tells === undefined ? {} : { told: { signing, webhook } }),
  };
  const ask = async (asked: Asked = {}) => {
    const { canAsk, reply, tool = "delete_pet", title = "Delete a pet", rule } = asked;
    const notes: { rule?: string; approval?: string } = rule === undefined ? {} : { rule };
    const call = {
      row: { listing: { name: tool, title } },
      caller: { id: "user:ada", ...asked.caller },
      notes,
      ...(asked.reach && { reach: asked.reach }),
      ...(canAsk === undefined && reply === undefined ? {} : { asking: { canAsk: canAsk ?? false, reply } }),
    };
    const fault = await approved(
      approving as never,
      { log: { error: (...line: unknown[]) => void errors.push(line) } } as never,
      {
        call: call as never,
        byRule: asked.byRule ?? false,
        meaning: asked.meaning ?? "one",
        preview: async () => {
          previews += 1;
          if (asked.fault !== undefined) throw asked.fault;
          return `Preview of ${asked.meaning ?? "one"}`;
        },
      },
    ).catch((thrown: unknown) => thrown);
    return { fault: fault as CallError & QuestionForUser, approval: notes.approval };
  };
  return { approvals, ask, told, errors, previews: () => previews };
}
const told = ({ fault, approval }: { fault: CallError | undefined; approval: string | undefined }) => [
  fault && `${fault.name}: ${fault.message}`,
  fault?.hint,
  approval,
];
const adas = (meaning = "one") => digestOf([null, "user:ada", null, "delete_pet", meaning]);
const passed = [undefined, undefined, "approved"];
const refused = (who: string) => [
  `PolicyError: ${who} did not approve this call of delete_pet`,
  "Do not repeat it unless they ask for it.",
  "declined",
];

describe("a client that can ask its user", () => {
  it("is given the question, and the call passes with their yes, once", async () => {
    const { approvals, ask, previews } = asking();
    const { fault, approval } = await ask({ canAsk: true });
    expect(fault).toBeInstanceOf(QuestionForUser);
    expect([fault.message, approval, previews()]).toEqual(["Preview of one", "asked", 1]);
    expect(await approvals.find(fault.state)).toEqual({ digest: await adas(), message: "Preview of one" });
    const reply = { state: fault.state, isYes: true };
    expect(told(await ask({ canAsk: true, reply }))).toEqual(passed);
    expect(previews()).toBe(1);
    const again = await ask({ canAsk: true, reply });
    expect(again.fault).toBeInstanceOf(QuestionForUser);
    expect(again.fault.state).not.toBe(fault.state);
  });

  it("is told of their no", async () => {
    const { ask } = asking();
    const { fault } = await ask({ canAsk: true });
    expect(told(await ask({ canAsk: true, reply: { state: fault.state, isYes: false } }))).toEqual(refused("The user"));
  });

  it.each<[string, Asked]>([
    ["of somebody else", { caller: { id: "user:bob" } }],
    ["of the same name at another issuer", { caller: { issuer: "https://other.example" } }],
    ["of another tool", { tool: "delete_shop" }],
    ["by a toolset", { reach: { toolset: "all" } }],
    ["that means something else", { meaning: "two" }],
  ])("has to ask again for a call %s", async (_what, other) => {
    const { ask } = asking();
    const { fault } = await ask({ canAsk: true });
    const reply = { state: fault.state, isYes: true };
    expect((await ask({ ...other, canAsk: true, reply })).fault).toBeInstanceOf(QuestionForUser);
    expect(told(await ask({ canAsk: true, reply }))).toEqual(passed);
  });

  it("is asked although others could be", async () => {
    const { ask, told: messages } = asking({ page, key }, []);
    expect((await ask({ canAsk: true })).fault).toBeInstanceOf(QuestionForUser);
    expect(messages).toEqual([]);
  });
});

describe("where nobody can be asked", () => {
  const impossible = [
    "PolicyError: A call of delete_pet has to be approved by its user, and this client cannot ask them",
    "Use a client that shows questions of servers (elicitation; over HTTP one of MCP 2026-07-28), or have whoever runs this server set MCP_APPROVAL_WEBHOOK or MCP_APPROVAL_KEY.",
    "impossible",
  ];
  it.each<[ApprovalSettings["mode"], boolean, boolean]>([
    ["auto", false, true],
    ["auto", true, false],
    ["require", false, false],
    ["require", true, false],
  ])("a call goes on or not: %s, by a rule %s: %s", async (mode, byRule, passes) => {
    const { ask, previews } = asking({ mode });
    expect(told(await ask({ byRule }))).toEqual(passes ? [undefined, undefined, "impossible"] : impossible);
    expect(told(await ask({ byRule, canAsk: false }))[0]).toBe(passes ? undefined : impossible[0]);
    expect(previews()).toBe(0);
  });
});

describe("where a person decides on the page", () => {
  const hint = (link: string, time: string) =>
    `Give a person who may approve it this link: ${link} . Once they have approved, make the same call again. They have ${time}.`;

  it.each<[number, string]>([
    [1_000, "a minute"],
    [89_999, "a minute"],
    [90_000, "2 minutes"],
    [300_000, "5 minutes"],
  ])("the model is given a link, good for %i ms: %s", async (expiresInMs, time) => {
    const { approvals, ask } = asking({ page, key, expiresInMs });
    const { fault, approval } = await ask({ byRule: true });
    const id = /\?id=([0-9a-f]{48}) \./.exec(fault.hint ?? "")?.[1] ?? "";
    expect(told({ fault, approval })).toEqual([
      "PolicyError: A call of delete_pet has to be approved by a person",
      hint(`${page}?id=${id}`, time),
      "asked",
    ]);
    expect(await approvals.find(id)).toEqual({ digest: await adas(), message: "Preview of one" });
  });

  it("what they said is for the next call of it, once", async () => {
    const { approvals, ask } = asking({ page, key });
    await approvals.say(await adas(), "approve");
    expect(told(await ask({ meaning: "two" }))[2]).toBe("asked");
    expect(told(await ask())).toEqual(passed);
    expect(told(await ask())[2]).toBe("asked");
    await approvals.say(await adas(), "decline");
    expect(told(await ask())).toEqual(refused("Whoever decides"));
    expect(told(await ask())[2]).toBe("asked");
  });

  it("what was said counts for nothing where there is no such page", async () => {
    const { approvals, ask } = asking({ mode: "require" });
    await approvals.say(await adas(), "approve");
    expect(told(await ask())[2]).toBe("impossible");
  });
});

describe("where whoever decides is told", () => {
  const waiting =
    "Whoever decides has been told of it. Once they have approved, make the same call again. They have 5 minutes.";
  const unheard = [
    "PolicyError: A call of delete_pet has to be approved, and that cannot be asked now",
    "Try again in a minute.",
    "asked",
  ];

  it("they are told all of it, without secrets, and by which link they decide", async () => {
    const { approvals, ask, told: messages } = asking({ page }, []);
    const secret = new Secret("s3cr3t-0f-a-caller").reveal();
    const who = { id: "user:ada", subject: `a\u200bda\n${secret}`, client: "c".repeat(501), tenant: "acme" };
    const asked = { caller: who, reach: { toolset: "all" }, rule: "deletes", title: `Delete\n${secret}` };
    expect(told(await ask(asked))).toEqual([
      "PolicyError: A call of delete_pet has to be approved by a person",
      waiting,
      "asked",
    ]);
    const link = new URL(messages[0]?.data["link"] ?? "");
    expect(messages.map(({ type, data }) => [type, data])).toEqual([
      [
        "approval.requested",
        {
          server: "shop",
          tool: "delete_pet",
          title: "Delete [secret]",
          caller: "user:ada",
          subject: "ada [secret]",
          client: `${"c".repeat(500)}…`,
          tenant: "acme",
          toolset: "all",
          rule: "deletes",
          preview: "Preview of one",
          link: link.href,
          expires: "2027-01-15T08:05:00.000Z",
        },
      ],
    ]);
    expect(`${link.origin}${link.pathname}`).toBe(page);
    const { id = "", until = "", signature = "" } = Object.fromEntries(link.searchParams);
    expect([until, await isProven(signing, id, { until, signature })]).toEqual(["1800000300000", true]);
    const digest = await digestOf([null, "user:ada", "all", "delete_pet", "one"]);
    expect(await approvals.find(id)).toEqual({ digest, message: "Preview of one" });
  });

  it("they are told no more than is known", async () => {
    const { ask, told: messages } = asking({ page }, []);
    await ask();
    expect(Object.keys(messages[0]?.data ?? {})).toEqual([
      "server",
      "tool",
      "title",
      "caller",
      "preview",
      "link",
      "expires",
    ]);
  });

  it("it is once while a call waits, and again where nobody took it", async () => {
    const { ask, told: messages, previews } = asking({ page }, []);
    for (let times = 0; times < 3; times += 1) expect(told(await ask())[1]).toBe(waiting);
    expect([messages.length, previews()]).toEqual([1, 1]);
    await ask({ meaning: "two" });
    expect(messages).toHaveLength(2);
    await messages[0]?.lost();
    await ask();
    await ask({ meaning: "two" });
    expect(messages.map(({ data }) => data["preview"])).toEqual(["Preview of one", "Preview of two", "Preview of one"]);
  });

  it("the model has a link besides where there is a key, another one than they have", async () => {
    const { ask, told: messages, previews } = asking({ page, key }, []);
    for (let times = 0; times < 2; times += 1) {
      const said = (await ask()).fault.hint ?? "";
      const id = /\?id=([0-9a-f]{48}) \./.exec(said)?.[1] ?? "";
      expect(said).toBe(
        `Whoever decides has been told of it. Give a person who may approve it this link: ${page}?id=${id} . Once they have approved, make the same call again. They have 5 minutes.`,
      );
      expect(messages[0]?.data["link"]).not.toContain(id);
    }
    expect([messages.length, previews()]).toEqual([1, 2]);
  });

  it("and the message cannot be sent now, the call can be made again in a minute", async () => {
    const { ask, told: messages } = asking({ page }, [false, true]);
    const first = await ask();
    expect(told(first)).toEqual(unheard);
    expect(first.fault.retryAfterMs).toBe(60_000);
    expect(told(await ask())[1]).toBe(waiting);
    expect(messages).toHaveLength(2);
  });

  it("and the message cannot be sent now, the model says so of the link alone", async () => {
    const { ask } = asking({ page, key }, [false]);
    expect((await ask()).fault.hint).toMatch(/^Give a person who may approve it this link: /);
  });

  it("and there is nothing to tell, they can be told the next time", async () => {
    const { ask, told: messages, errors } = asking({ page }, []);
    const fault = new Error("no preview");
    expect(told(await ask({ fault }))).toEqual(unheard);
    expect(errors).toEqual([["approval", { error: fault }]]);
    expect(messages).toEqual([]);
    expect(told(await ask())[1]).toBe(waiting);
  });
});

it("a fault that the model can do something about is told as it is", async () => {
  const { ask, errors } = asking();
  for (const fault of [new CallError("No pet"), new PolicyError("No"), new QuestionForUser("Well?", "s")])
    expect((await ask({ canAsk: true, fault })).fault).toBe(fault);
  expect(errors).toEqual([]);
  expect((await ask({ canAsk: true, fault: new TypeError("x") })).fault.message).toContain("cannot be asked now");
  expect(errors).toHaveLength(1);
});
