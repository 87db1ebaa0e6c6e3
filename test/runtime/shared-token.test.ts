/** The token that one instance gets for all: who asks, what is kept in which order, and what a store that fails changes. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Secret } from "../../templates/always/src/runtime/secret.ts";
import type { SharedSecrets } from "../../templates/always/src/runtime/store/shared-secrets.ts";
import {
  forgetShared,
  type Granted,
  keepShared,
  sharedToken,
  usableMs,
} from "../../templates/always/src/runtime/upstream/shared-token.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type Asked = "get" | "set" | "delete" | "claim" | "release";

/** Secrets that others see; `failing` is what the store rejects. */
function made(there: Record<string, string> = {}, ...failing: readonly Asked[]) {
  const kept = new Map(Object.entries(there));
  const asked: unknown[][] = [];
  const claimed = new Set<string>();
  const note = (what: Asked, ...args: readonly unknown[]): void => {
    asked.push([what, ...args]);
    if (failing.includes(what)) throw new Error("down");
  };
  const secrets = {
    get: async (name: string) => {
      note("get", name);
      const value = kept.get(name);
      return value === undefined ? undefined : { secret: new Secret(value), expiresInMs: 77 };
    },
    set: async (name: string, secret: Secret, ms: number) => {
      note("set", name, secret.reveal(), ms);
      kept.set(name, secret.reveal());
    },
    delete: async (name: string) => note("delete", name),
    claim: async (name: string, ms: number) => {
      note("claim", name, ms);
      return !claimed.has(name);
    },
    release: async (name: string) => note("release", name),
  };
  return { secrets: secrets as unknown as SharedSecrets, kept, asked, claimed };
}

const granted = (refreshToken?: string, lifetimeMs?: number): Granted => ({
  token: new Secret("n3w-token"),
  ...(refreshToken === undefined ? {} : { refreshToken: new Secret(refreshToken) }),
  ...(lifetimeMs === undefined ? {} : { lifetimeMs }),
});
const days90 = 7_776_000_000;
const any = () => true;

/** What a call gets, and the refresh token that was asked with: "none" where nothing was asked for. */
async function got(
  secrets: SharedSecrets,
  given: Granted = granted(),
  isUsable: (token: Secret) => boolean = any,
): Promise<readonly [string | undefined, number | undefined, string | undefined]> {
  let by: string | undefined = "none";
  const found = await sharedToken(secrets, "n", isUsable, async (refreshToken) => {
    by = refreshToken?.reveal();
    return given;
  });
  return [found?.secret.reveal(), found?.expiresInMs, by];
}

describe("a token", () => {
  it("that is there is taken, and nothing is asked for", async () => {
    const { secrets, asked } = made({ n: "th3re-already" });
    expect(await got(secrets)).toEqual(["th3re-already", 77, "none"]);
    expect(asked).toEqual([["get", "n"]]);
  });

  it("that is not there is asked for once the right to it is had, and kept", async () => {
    const { secrets, asked } = made();
    expect(await got(secrets, granted(undefined, 3_600_000))).toEqual(["n3w-token", 3_540_000, undefined]);
    expect(asked).toEqual([
      ["get", "n"],
      ["claim", "n", 15_000],
      ["get", "n"],
      ["get", "refresh n"],
      ["set", "n", "n3w-token", 3_540_000],
      ["release", "n"],
    ]);
  });

  it("is asked for with the refresh token that all have; a new one is kept first", async () => {
    const { secrets, asked } = made({ "refresh n": "r3fr3sh-1" });
    expect(await got(secrets, granted("r3fr3sh-2", 15))).toEqual(["n3w-token", 13, "r3fr3sh-1"]);
    expect(asked.slice(-3)).toEqual([
      ["set", "refresh n", "r3fr3sh-2", days90],
      ["set", "n", "n3w-token", 13],
      ["release", "n"],
    ]);
  });

  it("that may not be used is replaced; one that came meanwhile is taken", async () => {
    const { secrets, asked } = made({ n: "r3fused-one" });
    expect(await got(secrets, granted(), (token) => token.reveal() !== "r3fused-one")).toEqual([
      "n3w-token",
      270_000,
      undefined,
    ]);
    expect(asked.filter(([what]) => what === "set")).toEqual([["set", "n", "n3w-token", 270_000]]);
    const later = made({ n: "c4me-meanwhile" });
    let looks = 0;
    expect(await got(later.secrets, granted(), () => (looks += 1) > 1)).toEqual(["c4me-meanwhile", 77, "none"]);
    expect(later.asked.map(([what]) => what)).toEqual(["get", "claim", "get", "release"]);
  });

  it("that another instance asks for is looked for every tenth of a second", async () => {
    const { secrets, kept, asked, claimed } = made();
    claimed.add("n");
    const waiting = got(secrets);
    await vi.advanceTimersByTimeAsync(299);
    expect(asked).toHaveLength(6);
    kept.set("n", "c4me-at-last");
    await vi.advanceTimersByTimeAsync(1);
    expect(await waiting).toEqual(["c4me-at-last", 77, "none"]);
    expect(asked.filter(([what]) => what === "release")).toEqual([]);
  });

  it("is waited for no longer than fifteen seconds: then each is on its own", async () => {
    const { secrets, asked, claimed } = made();
    claimed.add("n");
    let result: unknown = "waits";
    void got(secrets).then((found) => (result = found));
    await vi.advanceTimersByTimeAsync(14_999);
    expect(result).toBe("waits");
    await vi.advanceTimersByTimeAsync(1);
    expect(result).toEqual([undefined, undefined, "none"]);
    expect(asked).toHaveLength(300);
  });

  it("that cannot be had fails for whoever asks, and others may ask", async () => {
    const { secrets, asked } = made();
    const error = new Error("refused");
    await expect(sharedToken(secrets, "n", any, () => Promise.reject(error))).rejects.toBe(error);
    expect(asked.at(-1)).toEqual(["release", "n"]);
  });
});

describe("a store that fails", () => {
  it.each(["get", "claim"] as const)("with %s leaves each on its own", async (what) =>
    expect(await got(made({}, what).secrets)).toEqual([undefined, undefined, "none"]),
  );
  it.each(["set", "release", "delete"] as const)("with %s takes no token away", async (what) =>
    expect(await got(made({}, what).secrets)).toEqual(["n3w-token", 270_000, undefined]),
  );
  it("only later is asked no more than needed", async () => {
    const { secrets } = made();
    let looks = 0;
    const failing = Object.assign(Object.create(secrets) as SharedSecrets, {
      get: async (name: string) => {
        looks += 1;
        if (looks > 1) throw new Error("down");
        return secrets.get(name);
      },
    });
    expect(await got(failing)).toEqual(["n3w-token", 270_000, undefined]);
  });
});

describe("what a user came back with", () => {
  it.each<[Granted, unknown[]]>([
    [
      granted("r3fr3sh-1", 100_000),
      [
        ["set", "n", "n3w-token", 90_000],
        ["set", "refresh n", "r3fr3sh-1", days90],
      ],
    ],
    [
      granted(undefined, 0),
      [
        ["set", "n", "n3w-token", 1],
        ["delete", "refresh n"],
      ],
    ],
    [
      granted(undefined, 15),
      [
        ["set", "n", "n3w-token", 13],
        ["delete", "refresh n"],
      ],
    ],
  ])("is kept, the token first: %j", async (given, want) => {
    const { secrets, asked } = made();
    await keepShared(secrets, "n", given);
    expect(asked).toEqual(want);
  });

  it("is forgotten, the token last", async () => {
    const { secrets, asked } = made();
    await forgetShared(secrets, "n");
    expect(asked).toEqual([
      ["delete", "refresh n"],
      ["delete", "n"],
    ]);
  });
});

it.each([
  [undefined, 270_000],
  [0, 0],
  [100, 90],
  [600_000, 540_000],
  [600_001, 540_001],
  [3_600_000, 3_540_000],
])("of a lifetime of %s ms, %i are used", (lifetimeMs, want) =>
  expect(usableMs(granted(undefined, lifetimeMs))).toBe(want),
);

it("a token whose time is over at once is kept for a millisecond", async () => {
  const { secrets, asked } = made();
  expect(await got(secrets, granted(undefined, 0))).toEqual(["n3w-token", 1, undefined]);
  expect(asked).toContainEqual(["set", "n", "n3w-token", 1]);
});
