/**
 * What users see of a sign-in: a page that says for whom it is, and the way back. The page stands before the API's own,
 * so that nobody grants by a link that somebody else sent them what that one would get.
 */
import * as oauth from "oauth4webapi";
import type { ApiData } from "../data/model.js";
import type { Host } from "../host.js";
import {
  type HttpAnswer,
  type HttpRequest,
  type OpenRoute,
  targetOf,
} from "../http/message.js";
import type { Log } from "../log.js";
import { visibleLine } from "../text/visible.js";
import type { SignIn } from "./sign-in.js";
import { type Flow, flowMs, type SignInFlows } from "./sign-in-flows.js";
import type { SignInSettings } from "./settings.js";

/** What can be signed in at, by name of the API. */
export type SignIns = ReadonlyMap<
  string,
  {
    readonly api: ApiData;
    readonly settings: SignInSettings;
    readonly signIn: SignIn;
  }
>;

const cookieName = "mcp-sign-in";

export function signInRoutes(
  flows: SignInFlows,
  signIns: SignIns,
  publicUrl: URL,
  host: Host,
  log: Log,
): readonly OpenRoute[] {
  const found = async (id: string) => {
    const flow = await flows.find(id);
    const at = flow && signIns.get(flow.api);
    return flow === undefined || at === undefined ? undefined : { flow, ...at };
  };

  async function show(request: HttpRequest): Promise<HttpAnswer> {
    const id = queryOf(request).get("flow") ?? "";
    const known = await found(id);
    if (known === undefined) return page(404, gone);
    const { flow, api, settings } = known;
    if (request.method !== "POST")
      return page(200, askingFor(flow, api, settings));
    // Else another page could send its visitors on from here, past what this one says.
    if (request.headers.get("origin") !== publicUrl.origin)
      return page(403, "<p>This has to be confirmed on this page itself.</p>");
    const browser = await flows.bind(id);
    return {
      status: 303,
      headers: {
        ...plainHeaders,
        location: await authorizationUrl(flows, id, flow, settings),
        "set-cookie": cookie(browser, publicUrl, flowMs / 1_000),
      },
      body: null,
    };
  }

  async function comeBack(request: HttpRequest): Promise<HttpAnswer> {
    const query = queryOf(request);
    const id = query.get("state") ?? "";
    const known = await found(id);
    if (known === undefined) return page(404, gone);
    const { flow, api, signIn } = known;
    if (!(await flows.isBoundTo(id, cookieOf(request))))
      return page(
        403,
        "<p>This sign-in was begun in another browser, and has to be ended there.</p>",
      );
    if (!(await flows.end(id))) return page(404, gone);
    const code = query.get("code");
    const say = (outcome: string): void =>
      log.info("sign-in", { api: api.name, caller: flow.caller, outcome });
    if (code === null) {
      say("refused");
      return page(
        400,
        "<p>Access was not granted. This page can be closed.</p>",
      );
    }
    try {
      await signIn.finish(flow, code, host);
    } catch (error) {
      log.error("sign-in", { api: api.name, caller: flow.caller, error });
      return page(
        502,
        "<p>The API's sign-in could not be completed. Try again from where you came.</p>",
      );
    }
    say("ok");
    return page(
      200,
      "<p>Signed in. This page can be closed: go back to where you came from.</p>",
    );
  }

  // Whoever knows a flow may ask under any name; nothing of the answer is for other pages.
  const open = { access: "open", anyHost: true, anyOrigin: true } as const;
  return [
    { ...open, path: "/sign-in", methods: ["GET", "POST"], answer: show },
    { ...open, path: "/sign-in/callback", methods: ["GET"], answer: comeBack },
  ];
}

async function authorizationUrl(
  { redirectUri }: SignInFlows,
  id: string,
  { verifier }: Flow,
  { authorizationUrl: base, clientId, scopes }: SignInSettings,
): Promise<string> {
  const url = new URL(base);
  const parameters = {
    response_type: "code",
    client_id: clientId,
    redirect_uri: redirectUri,
    state: id,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    ...(scopes === undefined ? {} : { scope: scopes }),
  };
  for (const [name, value] of Object.entries(parameters))
    url.searchParams.set(name, value);
  return url.href;
}

const gone =
  "<p>This sign-in is over, or was never begun. Try again from where you came.</p>";

function askingFor(
  { caller }: Flow,
  { title }: ApiData,
  { authorizationUrl }: SignInSettings,
): string {
  return `<p><strong>${html(caller)}</strong> wants to use <strong>${html(title)}</strong> through this server, as you.</p>
<p>Go on only if that is you, and you have just asked for it. You will sign in at ${html(authorizationUrl.host)}.</p>
<form method="post"><button>Sign in</button></form>`;
}

/** Nothing is loaded, run or framed; the address, with what it knows, goes to nobody. */
const plainHeaders = {
  "cache-control": "no-store",
  "referrer-policy": "same-origin",
  "x-content-type-options": "nosniff",
  "content-security-policy":
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
} as const;

function page(status: number, body: string): HttpAnswer {
  return {
    status,
    headers: { ...plainHeaders, "content-type": "text/html; charset=utf-8" },
    body: `<!doctype html><html lang="en"><meta charset="utf-8"><title>Sign in</title>\n${body}\n</html>\n`,
  };
}

function html(text: string): string {
  return visibleLine(text, 200).replace(
    /[&<>"']/g,
    (character) => `&#${character.charCodeAt(0)};`,
  );
}

function queryOf(request: HttpRequest): URLSearchParams {
  return new URLSearchParams(targetOf(request).replace(/^[^?]*\??/, ""));
}

function cookie(value: string, publicUrl: URL, seconds: number): string {
  const secure = publicUrl.protocol === "https:" ? "; Secure" : "";
  return `${cookieName}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}${secure}`;
}

function cookieOf({ headers }: HttpRequest): string | undefined {
  const pairs = (headers.get("cookie") ?? "").split(/; */);
  const found = pairs.find((pair) => pair.startsWith(`${cookieName}=`));
  return found?.slice(cookieName.length + 1);
}
