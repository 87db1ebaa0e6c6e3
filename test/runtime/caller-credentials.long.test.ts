/** Many callers of one server, each with credentials of their own: none is sent with those of another. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Api, call, type Door, openDoor, startApi } from "./caller-door.js";
import { schemes } from "./credentials-fixture.js";
import { Issuer, issuerKey } from "./issuer.js";

const callers = 200;
const callsOfEach = 50;
const atOnce = 64;

let api: Api;
let issuer: Issuer;
let close: () => Promise<void>;
const names = Array.from({ length: callers }, (_, index) => `user-${index}`);

beforeAll(async () => {
  api = await startApi();
  issuer = new Issuer([await issuerKey("first")]);
  ({ close } = await issuer.listen());
  // Whose credentials arrive is what is answered: a result shows, too, whose call it was.
  api.answer = ({ path, headers }) => ({
    status: 200,
    body: { path, by: String(headers["authorization"]).replace(/^Bearer (?:secret|token)-of-/, "") },
  });
});

afterAll(async () => {
  await close();
  await api.close();
});

const environment = () => ({
  PETS_BASE_URL: api.url,
  PETS_BEARER: "secret-of-server",
  MCP_AUTH_ISSUER: issuer.url,
  MCP_PUBLIC_URL: "https://mcp.example.com",
  MCP_TIMEOUT_MS: "120000",
  MCP_QUEUE_MS: "120000",
});

/** Each call is told which it is by its path, which only its caller asks for. */
async function interleave(door: Door): Promise<void> {
  const tokens = await Promise.all(names.map((sub) => issuer.token({ sub, exp: farAway() })));
  api.arrived.length = 0;
  let next = 0;
  const wrong: string[] = [];
  const work = async (): Promise<void> => {
    for (let index = next++; index < callers * callsOfEach; index = next++) {
      const whose = index % callers;
      const told = await call(door, {
        token: tokens[whose],
        args: { petId: index },
        version: index % 2 === 0 ? "2025-11-25" : "2026-07-28",
      });
      const seen: unknown = told.isError ? told.text : JSON.parse(told.text);
      const want = { path: `/pets/${index}`, by: names[whose] };
      if (JSON.stringify(seen) !== JSON.stringify(want)) wrong.push(`${JSON.stringify(want)} | ${told.text}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  expect(wrong.slice(0, 3)).toEqual([]);
  expect(api.arrived).toHaveLength(callers * callsOfEach);
  const crossed = api.arrived.filter(({ path, headers }) => {
    const whose = names[Number(/\d+$/.exec(path)?.[0]) % callers];
    return !new RegExp(`^Bearer (?:secret|token)-of-${whose}$`).test(String(headers["authorization"]));
  });
  expect(crossed).toEqual([]);
  const [seen, lines] = [JSON.stringify(api.arrived), door.lines.join("")];
  for (const token of tokens) expect(seen.includes(token.slice(-40)) || lines.includes(token.slice(-40))).toBe(false);
  expect(/secret-of-|token-of-/.exec(lines)?.[0]).toBeUndefined();
}

const farAway = (): number => Math.floor(Date.now() / 1_000) + 7_200;

it(`${callers * callsOfEach} calls of ${callers} callers, ${atOnce} at once, each with the secret of its caller`, async () => {
  const entries = names.map((name) => [`user:${name}`, { PETS_BEARER: `secret-of-${name}` }]);
  const door = await openDoor({
    environment: { ...environment(), MCP_CREDENTIALS: JSON.stringify(Object.fromEntries(entries)) },
    securitySchemes: { bearer: schemes.bearer },
  });
  await interleave(door);
  await door.close();
});

it("the same with tokens that are exchanged: one request for each caller", async () => {
  let asked = 0;
  issuer.answers.set("/realm/exchange", (body) => {
    asked += 1;
    const subject = new URLSearchParams(body).get("subject_token") ?? "";
    const { sub } = JSON.parse(Buffer.from(subject.split(".")[1] ?? "", "base64url").toString()) as { sub: string };
    return { body: { access_token: `token-of-${sub}`, token_type: "Bearer", expires_in: 7_200 } };
  });
  const door = await openDoor({
    environment: {
      ...environment(),
      PETS_TOKEN_EXCHANGE_URL: `${issuer.url}/exchange`,
      PETS_TOKEN_EXCHANGE_CLIENT_ID: "mcp",
      PETS_TOKEN_EXCHANGE_AUDIENCE: "pets-api",
    },
  });
  await interleave(door);
  expect(asked).toBe(callers);
  await door.close();
});
