/** As whom the APIs are called: one way after another, as the settings say for each API. */
import type {
  CallerCredentialOptions,
  CallerCredentials,
} from "../access/caller-credentials.js";
import {
  type CredentialRequest,
  type Credentials,
  mergeCredentials,
} from "../credentials.js";
import type { Variables } from "../host.js";
import type { ApiData, CallPlan } from "../data/model.js";
import { ConfigurationError } from "../errors.js";
import type { AppliedCredentials } from "../upstream/http-message.js";
import { CredentialsByCaller } from "./by-caller.js";
import { TokenExchange } from "./exchange.js";
import { Lack } from "./lack.js";
import { headersAlone, passedHeaders } from "./passed-headers.js";
import { presentOf } from "./presented-request.js";
import { type ApiWays, readWays, type WayName } from "./settings.js";
import { Sessions } from "./session.js";
import type { SignIns } from "./sign-in-routes.js";
import { signingIn } from "./sign-ins.js";

export { questionOf } from "./sign-in-question.js";

/** Credentials for a caller, or why there are none. */
type Way = (
  request: CredentialRequest,
) => Promise<AppliedCredentials | Lack> | AppliedCredentials | Lack;

/** @throws ConfigurationError for settings that are no good */
export function createCallerCredentials(
  options: CallerCredentialOptions,
): CallerCredentials {
  const { project, host, settings } = options;
  const apis = project.apis.map(({ data }) => data);
  const byApi = new Map(apis.map((api) => [api.name, readWays(api, host)]));
  const all = [...byApi.values()];
  for (const api of apis) checkHeaders(api, byApi.get(api.name), options);
  const signing = signingIn(options, apis, byApi);
  const wayOf = waysOf(options, apis, all, signing?.signIns);
  const ready = new Map(
    apis.map((api) => {
      const { ways = [], ...given } = byApi.get(api.name) ?? {};
      return [api.name, ways.map((name) => wayOf(name, api, given))] as const;
    }),
  );
  const names = [...new Set(all.flatMap((one) => one.passedHeaders))];
  const exchanges = all.some(({ ways }) => ways.includes("exchange"));
  const give: Credentials = async (request) => {
    const given = await first(ready.get(request.api.name) ?? [], request);
    const { passedHeaders: passed = [] } = byApi.get(request.api.name) ?? {};
    return withPassed(given, passedHeaders(passed, request));
  };
  return {
    credentials: Object.assign(give, {
      missing: (api: ApiData, variables?: Variables) =>
        byApi.get(api.name)?.ways[0] === "server"
          ? (options.own.missing?.(api, variables) ?? [])
          : [],
    }),
    ...(exchanges || names.length > 0
      ? { present: presentOf(names, exchanges, settings) }
      : {}),
    ...(signing === undefined ? {} : { routes: signing.routes }),
  };
}

function waysOf(
  { own, host, settings, log, project }: CallerCredentialOptions,
  apis: readonly ApiData[],
  all: readonly ApiWays[],
  signIns: SignIns | undefined,
): (name: WayName, api: ApiData, given: Partial<ApiWays>) => Way {
  const isFileSet = ["MCP_CREDENTIALS", "MCP_CREDENTIALS_FILE"].some((name) =>
    host.environment[name]?.trim(),
  );
  const needsEntries = all.some(
    ({ ways }) =>
      ways.includes("callers") || (isFileSet && ways.includes("session")),
  );
  if (needsEntries && own.of === undefined)
    throw new ConfigurationError(
      "MCP_CREDENTIALS is set, and src/auth.ts has a rule of its own",
      {
        hint: "Have src/auth.ts export environmentCredentials(), or unset MCP_CREDENTIALS and let the rule say it.",
      },
    );
  const entries =
    needsEntries && own.of !== undefined
      ? new CredentialsByCaller(
          own.of,
          apis,
          host,
          log,
          all.flatMap(({ session }) => session?.variables ?? []),
        )
      : undefined;
  return (name, api, given) => {
    const { exchange: exchanging, passedHeaders: passed = [], session } = given;
    switch (name) {
      case "callers":
        return async (request) => entries?.give(request) ?? notSetUp(name);
      case "exchange": {
        if (exchanging === undefined) return () => notSetUp(name);
        const prefix = `${api.environmentPrefix}_TOKEN_EXCHANGE`;
        const exchange = new TokenExchange(exchanging, prefix, settings);
        return (request) => exchange.give(request);
      }
      case "sign-in": {
        const signIn = signIns?.get(api.name)?.signIn;
        return async (request) => signIn?.give(request) ?? notSetUp(name);
      }
      case "headers":
        return (request) => headersAlone(passed, request);
      case "session": {
        if (session === undefined) return () => notSetUp(name);
        const sessions = new Sessions({
          settings: session,
          api,
          plan: planOfTool(project, api, session.login),
          writers: project.parts ?? {},
          variablesOf: ({ caller }) =>
            entries === undefined ? host : entries.variablesFor(caller),
          timeoutMs: settings.timeoutMs,
        });
        return (request) => sessions.give(request);
      }
      case "server":
        return own;
      default:
        return name satisfies never;
    }
  };
}

/** @throws ConfigurationError where the API has no such tool */
function planOfTool(
  { apis }: CallerCredentialOptions["project"],
  { name, environmentPrefix: prefix }: ApiData,
  tool: string,
): () => Promise<CallPlan> {
  const api = apis.find(({ data }) => data.name === name);
  const group = api?.groups.find(({ tools }) =>
    tools.some((listing) => listing.name === tool),
  );
  const unknown = new ConfigurationError(
    `${prefix}_SESSION_LOGIN names no tool of this API`,
  );
  if (api === undefined || group === undefined) throw unknown;
  return async () => {
    const plan = (await api.calls(group.data.file))[tool];
    if (plan === undefined) throw unknown;
    return plan;
  };
}

/** The settings are looked at before: whatever is missed there must not become the server's own credentials. */
function notSetUp(name: WayName): Lack {
  return new Lack(`Credentials by ${name} are not set up`, "");
}

/** @throws ConfigurationError that says what each way lacks */
async function first(
  ways: readonly Way[],
  request: CredentialRequest,
): Promise<AppliedCredentials> {
  const lacks: Lack[] = [];
  for (const way of ways) {
    const given = await way(request);
    if (!(given instanceof Lack)) return given;
    lacks.push(given);
  }
  throw new ConfigurationError(lacks.map(({ message }) => message).join("; "), {
    hint: lacks.map(({ hint }) => hint).join(" "),
  });
}

/** What the API is given anyway is not given twice. */
function withPassed(
  given: AppliedCredentials,
  passed: AppliedCredentials,
): AppliedCredentials {
  const names = new Set(given.headers.map(([name]) => name.toLowerCase()));
  const more = passed.headers.filter(([name]) => !names.has(name));
  return more.length === 0
    ? given
    : mergeCredentials(given, { ...passed, headers: more });
}

function checkHeaders(
  { environmentPrefix: prefix, title }: ApiData,
  ways: ApiWays | undefined,
  { host, log }: CallerCredentialOptions,
): void {
  const { passedHeaders: names = [] } = ways ?? {};
  if (names.length === 0) return;
  const { environment } = host;
  if (!environment[`${prefix}_BASE_URL`]?.trim())
    throw new ConfigurationError(
      `${prefix}_PASSED_HEADERS is set, and ${prefix}_BASE_URL is not: the document alone does not say where headers of callers go`,
    );
  if (
    names.includes("authorization") &&
    environment["MCP_AUTH_ISSUER"]?.trim() &&
    !environment["MCP_AUTH_AUDIENCE"]?.trim()
  )
    throw new ConfigurationError(
      `${prefix}_PASSED_HEADERS names Authorization, and MCP_AUTH_AUDIENCE does not name the audience that this server shares with the API`,
      {
        hint: "A token that was issued for this server alone is none of the API's: exchange it, or set MCP_AUTH_AUDIENCE.",
      },
    );
  log.warn("credentials", {
    message: `${title} is sent ${names.join(", ")} as callers send them: ${prefix}_PASSED_HEADERS.`,
  });
}
