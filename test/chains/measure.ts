/** Five tasks by an outside client, with discovery and with all tools listed: what is done, and what crosses the wire. */
import { startApi } from "./api.ts";
import { type Called, connect, doTask, repeat } from "./client.ts";
import { seeds, type Task, tasks } from "./tasks.ts";

export interface Measured {
  readonly task: string;
  readonly api: Task["api"];
  /** What stood against it; absent where the API holds in the end what it should. */
  readonly fault?: string;
  readonly calls: number;
  /** Bytes of a whole session: the list, searches, descriptions and calls. */
  readonly discovery: number;
  readonly planned: number;
  readonly all: number;
}

/** The compiled entry of a server, by what it lists. */
export type Main = (api: Task["api"]) => string;

const keys: Readonly<Record<string, string>> = {
  issues: "issue_number",
  categories: "category_id",
  addresses: "address_id",
};

function keyOf(collection: string): string {
  return keys[collection] ?? `${collection.replace(/s$/, "")}_id`;
}

export async function measure(main: Main, chosen: readonly Task[] = tasks): Promise<readonly Measured[]> {
  const measured: Measured[] = [];
  for (const task of chosen) {
    let called: readonly Called[] = [];
    const [discovery, fault] = await session(main, task, "discovery", async (outside) => {
      called = await doTask(outside, task);
    });
    const [planned] = await session(main, task, "planned", async (outside) => void (await doTask(outside, task)));
    const [all, other] = await session(main, task, "all", (outside) => repeat(outside, called));
    const what = fault ?? other;
    measured.push({
      task: task.title,
      api: task.api,
      ...(what === undefined ? {} : { fault: what }),
      calls: called.length,
      discovery,
      planned,
      all,
    });
  }
  return measured;
}

/** Bytes of a session, and what is not as it should be at its end. */
async function session(
  main: Main,
  task: Task,
  list: string,
  work: (outside: Awaited<ReturnType<typeof connect>>) => Promise<void>,
): Promise<readonly [bytes: number, fault: string | undefined]> {
  const api = await startApi(keyOf, seeds[task.api]);
  const outside = await connect(main(task.api), {
    MCP_LIST: list,
    [task.api === "shop" ? "SHOP_BASE_URL" : "ISSUE_TRACKER_BASE_URL"]: api.url,
  });
  try {
    await outside.client.listTools();
    await work(outside);
    return [outside.wire.bytes, missingOf(task, api.collections)];
  } catch (fault) {
    return [outside.wire.bytes, String(fault)];
  } finally {
    await outside.client.close();
    await api.close();
  }
}

function missingOf(
  { outcome }: Task,
  collections: ReadonlyMap<string, readonly Record<string, unknown>[]>,
): string | undefined {
  for (const [path, { item, isThere }] of Object.entries(outcome)) {
    const found = (collections.get(path) ?? []).some((one) =>
      Object.entries(item).every(([key, value]) => one[key] === value),
    );
    if (found !== isThere) return `${path} ${isThere ? "lacks" : "still has"} ${JSON.stringify(item)}`;
  }
  return undefined;
}
