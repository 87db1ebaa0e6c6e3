/** What users see of a sign-in: the page before the API's own, the way there, and the way back. */
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { SignInFlows } from "../../templates/always/src/runtime/credentials/sign-in-flows.ts";
import { type SignIns, signInRoutes } from "../../templates/always/src/runtime/credentials/sign-in-routes.ts";
import type { HttpAnswer, HttpRequest } from "../../templates/always/src/runtime/http/message.ts";
import { createLog } from "../../templates/always/src/runtime/log.ts";
import { Secret } from "../../templates/always/src/runtime/secret.ts";
import { MemoryStore } from "../../templates/always/src/runtime/store/memory.ts";
import { SharedSecrets } from "../../templates/always/src/runtime/store/shared-secrets.ts";

function serve({ publicUrl = "https://mcp.example/base/", scopes = "read write", fails = false } = {}) {
  const secrets = new SharedSecrets(new MemoryStore(), new Secret("0123456789abcdef0123456789abcdef"));
  const flows = new SignInFlows(new URL(publicUrl), () => secrets);
  const finished: unknown[] = [];
  const signIns = new Map([
    [
      "pets",
      {
        api: { name: "pets", title: "Pets & <Co>" },
        settings: {
          authorizationUrl: new URL("https://login.example/authorize?keep=1"),
          clientId: "this-server",
          ...(scopes === "" ? {} : { scopes }),
        },
        signIn: {
          finish: async (...given: unknown[]) => {
            if (fails) throw new Error("the API said no");
            finished.push(given);
          },
        },
      },
    ],
  ]) as unknown as SignIns;
  const lines: Record<string, unknown>[] = [];
  const log = createLog("info", (line) => void lines.push(JSON.parse(line) as Record<string, unknown>));
  const host = { environment: {} } as never;
  const routes = signInRoutes(flows, signIns, new URL(publicUrl), host, log);
  const [show, back] = routes;
  const ask = async (route: typeof show, method: string, url: string, headers: Record<string, string> = {}) => {
    if (route === undefined) throw new Error("There are two routes");
    const request = { method, url: `http://x${url}`, headers: new Headers(headers) } as HttpRequest;
    return route.answer(request);
  };
  return {
    flows,
    finished,
    lines,
    routes,
    host,
    page: (id: string) => ask(show, "GET", `/sign-in?flow=${id}`),
    confirm: (id: string, origin = "https://mcp.example") => ask(show, "POST", `/sign-in?flow=${id}`, { origin }),
    back: (query: string, cookie = "") =>
      ask(back, "GET", `/sign-in/callback?${query}`, cookie === "" ? {} : { cookie }),
  };
}
const textOf = ({ status, body }: HttpAnswer) => [status, /<p>([\s\S]*?)<\/p>/.exec(String(body))?.[1]];
const cookieOf = ({ headers }: HttpAnswer) => headers["set-cookie"]?.split(";")[0] ?? "";
const over = "This sign-in is over, or was never begun. Try again from where you came.";

describe("the page", () => {
  it("says who wants to use what, and where one signs in, as text", async () => {
    const { flows, page } = serve();
    const { id, url } = await flows.begin("pets", 'user:"ada"');
    expect(url).toBe(`https://mcp.example/base/sign-in?flow=${id}`);
    const { status, headers, body } = await page(id);
    expect(status).toBe(200);
    expect(body).toContain(
      "<p><strong>user:&#34;ada&#34;</strong> wants to use <strong>Pets &#38; &#60;Co&#62;</strong> through this server, as you.</p>",
    );
    expect(body).toContain("You will sign in at login.example.");
    expect(body).toContain('<form method="post"><button>Sign in</button></form>');
    expect(headers).toEqual({
      "cache-control": "no-store",
      "referrer-policy": "same-origin",
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
      "content-type": "text/html; charset=utf-8",
    });
  });

  it("is there for sign-ins that are under way only, and of APIs that there are", async () => {
    const { flows, page } = serve();
    const { id } = await flows.begin("dogs", "user:ada");
    for (const one of ["", "x", `${"a".repeat(43)}`, id]) expect(textOf(await page(one))).toEqual([404, over]);
  });

  it("is open under any name, to browsers of any page", () => {
    const open = { access: "open", anyHost: true, anyOrigin: true };
    expect(serve().routes).toMatchObject([
      { ...open, path: "/sign-in", methods: ["GET", "POST"] },
      { ...open, path: "/sign-in/callback", methods: ["GET"] },
    ]);
  });

  it("is the same for a caller whose sign-in is under way, and another for another", async () => {
    const { flows } = serve();
    const { id } = await flows.begin("pets", "user:ada");
    expect((await flows.begin("pets", "user:ada")).id).toBe(id);
    expect((await flows.begin("pets", "user:bob")).id).not.toBe(id);
    expect((await flows.begin("dogs", "user:ada")).id).not.toBe(id);
    await flows.end(id);
    expect((await flows.begin("pets", "user:ada")).id).not.toBe(id);
  });
});

describe("who confirms", () => {
  it("is sent to the API's sign-in, with all that it needs, and can be known again", async () => {
    const { flows, confirm } = serve();
    const { id } = await flows.begin("pets", "user:ada");
    const { status, headers, body } = await confirm(id);
    const flow = await flows.find(id);
    expect([status, body]).toEqual([303, null]);
    const url = new URL(headers["location"] ?? "");
    expect(url.origin + url.pathname).toBe("https://login.example/authorize");
    expect(Object.fromEntries(url.searchParams)).toEqual({
      keep: "1",
      response_type: "code",
      client_id: "this-server",
      redirect_uri: "https://mcp.example/base/sign-in/callback",
      state: id,
      code_challenge: createHash("sha256")
        .update(flow?.verifier ?? "")
        .digest("base64url"),
      code_challenge_method: "S256",
      scope: "read write",
    });
    expect(headers["set-cookie"]).toMatch(
      /^mcp-sign-in=[\w-]{40,}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=600; Secure$/,
    );
    expect(headers["cache-control"]).toBe("no-store");
  });

  it("asks for no scopes where none are set, and has a cookie without TLS where there is none", async () => {
    const { flows, confirm } = serve({ publicUrl: "http://127.0.0.1:3000", scopes: "" });
    const { id } = await flows.begin("pets", "user:ada");
    const { headers } = await confirm(id, "http://127.0.0.1:3000");
    expect(new URL(headers["location"] ?? "").searchParams.has("scope")).toBe(false);
    expect(headers["set-cookie"]).toMatch(/Max-Age=600$/);
  });

  it("does it on the page itself", async () => {
    const { flows, confirm } = serve();
    const { id } = await flows.begin("pets", "user:ada");
    for (const origin of ["https://evil.example", "null", "http://mcp.example"])
      expect(textOf(await confirm(id, origin))).toEqual([403, "This has to be confirmed on this page itself."]);
  });
});

describe("who comes back", () => {
  const begun = async (options: Parameters<typeof serve>[0] = {}) => {
    const server = serve(options);
    const { id } = await server.flows.begin("pets", "user:ada");
    return { ...server, id, cookie: cookieOf(await server.confirm(id)) };
  };

  it("is signed in, once", async () => {
    const { id, cookie, back, finished, flows, lines, host } = await begun();
    const flow = await flows.find(id);
    expect(textOf(await back(`state=${id}&code=c0de`, `a=b; ${cookie}; c=d`))).toEqual([
      200,
      "Signed in. This page can be closed: go back to where you came from.",
    ]);
    expect(finished).toEqual([[flow, "c0de", host]]);
    expect(lines).toMatchObject([{ event: "sign-in", api: "pets", caller: "user:ada", outcome: "ok" }]);
    expect(textOf(await back(`state=${id}&code=c0de`, cookie))).toEqual([404, over]);
    expect(finished).toHaveLength(1);
  });

  it("does so in the browser that began it", async () => {
    const { id, cookie, back, finished } = await begun();
    for (const other of ["", "mcp-sign-in=x", `x${cookie}`])
      expect(textOf(await back(`state=${id}&code=c0de`, other))).toEqual([
        403,
        "This sign-in was begun in another browser, and has to be ended there.",
      ]);
    expect(finished).toEqual([]);
    const fresh = serve();
    const { id: unbound } = await fresh.flows.begin("pets", "user:ada");
    expect((await fresh.back(`state=${unbound}&code=c`)).status).toBe(403);
  });

  it("without a code was not let in", async () => {
    const { id, cookie, back, lines } = await begun();
    expect(textOf(await back(`state=${id}&error=access_denied`, cookie))).toEqual([
      400,
      "Access was not granted. This page can be closed.",
    ]);
    expect(lines).toMatchObject([{ event: "sign-in", outcome: "refused" }]);
    expect(textOf(await back("code=c"))).toEqual([404, over]);
  });

  it("may try again where the API did not give a token", async () => {
    const { id, cookie, back, lines } = await begun({ fails: true });
    expect(textOf(await back(`state=${id}&code=c0de`, cookie))).toEqual([
      502,
      "The API's sign-in could not be completed. Try again from where you came.",
    ]);
    expect(lines).toMatchObject([{ level: "error", event: "sign-in", api: "pets", caller: "user:ada" }]);
  });
});
