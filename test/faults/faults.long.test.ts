/** The table of faults, tried on one emitted server: `npx vitest run --project long test/faults`. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { faultsOfClients } from "./of-clients.js";
import { faultsOfHosts } from "./of-hosts.js";
import { faultsOfUpstreams } from "./of-upstreams.js";
import { HttpServed } from "./stand.js";
import type { Fault, Stand } from "./table.js";
import { get, startUpstreams } from "./upstreams.js";

const number = ({ id }: Fault): number => Number(id.slice(1));
const faults = [...faultsOfUpstreams, ...faultsOfClients, ...faultsOfHosts].sort((a, b) => number(a) - number(b));
const lines: string[] = [];
const counts = { survived: 0, fell: 0, none: 0 };
let setup: Omit<Stand, "server">;

beforeAll(async () => {
  const upstreams = await startUpstreams();
  const environment = { ...upstreams.environment, MCP_TIMEOUT_MS: "1500" };
  setup = { upstreams, environment };
});

afterAll(async () => {
  await setup.upstreams.close();
  const { survived, fell, none } = counts;
  process.stdout.write(
    `\n${lines.join("\n")}\n${survived} of ${survived + fell} faults survived, ${none} not tried here\n`,
  );
});

it("has a row for each of F1 to F40", () => {
  expect(faults.map(({ id }) => id)).toEqual(Array.from({ length: 40 }, (_, index) => `F${index + 1}`));
});

describe("is alive, and answers the next call, after", () => {
  it.each(faults)("$id: $done", async ({ id, done, run, none }) => {
    if (run === undefined) {
      counts.none += 1;
      lines.push(`${id.padEnd(4)} | ${done} | ${none}`);
      return;
    }
    const stand = { ...setup, server: await HttpServed.start(setup.environment) };
    let saw = "";
    let fault: unknown;
    try {
      saw = await run(stand);
    } catch (error) {
      fault = error;
      saw = `FELL: ${error instanceof Error ? error.message : String(error)}`;
    }
    const { alive } = stand.server;
    const next = alive && !(await stand.server.call(get("/fine"))).isError;
    const held = fault === undefined && alive && next;
    await stand.server.stop("SIGKILL");
    counts[held ? "survived" : "fell"] += 1;
    lines.push(
      `${id.padEnd(4)} | ${done} | ${saw} | alive: ${alive ? "yes" : "NO"} | next call: ${next ? "ok" : "NO"}`,
    );
    if (fault !== undefined) throw fault;
    expect({ alive, next }).toEqual({ alive: true, next: true });
  });
});
