/** F34 and F35: those who give tokens, to whoever calls the server and to the server itself. */
import { Issuer, issuerKey } from "../runtime/issuer.js";
import { check, type HttpServed, pause, post, callMessage } from "./stand.js";
import { own, type Stand } from "./table.js";
import { get, state } from "./upstreams.js";

/** The status that a call with a token of that key has. */
async function statusOf(server: HttpServed, authorization: string): Promise<number> {
  const { status } = await post(server.port, JSON.stringify(callMessage(get("/fine"))), { authorization });
  check([200, 401, 503].includes(status), "never 500, and never without an answer", status);
  return status;
}

/** Asks until the status is the one; a server that never gives it ends the test at its own limit. */
async function becomes(server: HttpServed, authorization: string, status: number): Promise<void> {
  while ((await statusOf(server, authorization)) !== status) await pause(100);
}

export async function issuerIsDown(stand: Stand): Promise<string> {
  const [first, second] = [await issuerKey("first"), await issuerKey("second")];
  const issuer = new Issuer([first]);
  const { close } = await issuer.listen();
  const settings = { MCP_AUTH_ISSUER: issuer.url, MCP_PUBLIC_URL: "https://mcp.example.com" };
  const tokenOf = async (key: typeof first): Promise<string> => `Bearer ${await issuer.token({}, {}, key)}`;
  try {
    const saw = await own(stand, settings, async (server) => {
      const [known, unknown] = [await tokenOf(first), await tokenOf(second)];
      server.headers = { authorization: known };
      issuer.state = "down";
      await becomes(server, known, 503);
      issuer.state = "up";
      await becomes(server, known, 200);
      for (issuer.state of ["down", "hang"] as const) {
        await becomes(server, unknown, 503);
        const statuses = await Promise.all(Array.from({ length: 20 }, () => statusOf(server, known)));
        check(
          statuses.every((status) => status === 200),
          "known keys go on",
          statuses,
        );
      }
      issuer.state = "up";
      issuer.keys = [first, second];
      await becomes(server, unknown, 200);
      check(!server.log.join("").includes(known.slice(7)), "no token in the log");
      return "503 before it was ever there; then 40 of 40 with known keys served, 503 for one that is new, until it is back";
    });
    const short = await own(stand, { ...settings, MCP_AUTH_KEYS_MS: "1" }, async (server) => {
      const known = await tokenOf(first);
      server.headers = { authorization: known };
      await becomes(server, known, 200);
      issuer.state = "down";
      await becomes(server, known, 503);
      issuer.state = "up";
      await becomes(server, known, 200);
      return "503 for all once the keys are too old";
    });
    return `${saw}; ${short}`;
  } finally {
    await close();
  }
}

export async function noTokens(stand: Stand): Promise<string> {
  const { api } = stand.upstreams;
  const client = { PETSTORE_CLIENT_ID: "mcp", PETSTORE_CLIENT_SECRET: "the-secret-of-mcp" };
  const asked = async (
    server: HttpServed,
    calls: number,
  ): Promise<{ errors: number; tokens: number; sent: number }> => {
    const before = [api.hits("/token"), api.hits("/granted")] as const;
    const saws = await Promise.all(Array.from({ length: calls }, () => server.call(get("/granted"))));
    const errors = saws.filter(({ isError }) => isError).length;
    return { errors, tokens: api.hits("/token") - before[0], sent: api.hits("/granted") - before[1] };
  };
  try {
    const faulty = await own(stand, client, async (server) => {
      const said: string[] = [];
      for (state.token of ["hang", 401, 429] as const) {
        const { errors, tokens, sent } = await asked(server, 5);
        check(errors === 5 && sent === 0, "nothing is sent without a token", { errors, sent });
        check(tokens <= 10, "the token endpoint is not pressed", tokens);
        said.push(`${state.token}: ${tokens} questions for 5 calls`);
      }
      return said.join(", ");
    });
    state.token = "up";
    const right = await own(stand, { ...client, MCP_TIMEOUT_MS: "60000" }, async (server) => {
      const first = await asked(server, 20);
      check(first.errors === 0 && first.tokens === 1, "20 calls share one token", first);
      state.refusing = true;
      const { errors, tokens, sent } = await asked(server, 1);
      check(errors === 1 && sent <= 2 && tokens <= 1, "one new token, and no loop", { errors, tokens, sent });
      return `1 for 20; refused by the API: ${tokens} new token, sent ${sent} times`;
    });
    return `${faulty}; up: ${right}`;
  } finally {
    Object.assign(state, { token: "up", refusing: false });
  }
}
