/**
 * Servers of the petstore with optional parts, for benches: what each part is asked for by, what it is set to, and all of
 * them at once. `authorize` plays the authorization server: it publishes a key, and its token is good for the server.
 */
import { spawnSync } from "node:child_process";
import { symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { exportJWK, generateKeyPair, SignJWT } from "jose";

const repository = fileURLToPath(new URL("../", import.meta.url));

/**
 * By name: the part that has to be there, what the configuration says for it, and its settings.
 *
 * policy: a rule that allows the call. audit: a line for each, chained, to a file. metrics: all of them. cache: on, and
 * each answer is kept, but none is asked for twice. authorization: an access token, a JWT, with each request. limits: per
 * caller and tool, never reached.
 */
export const parts = {
  policy: {
    configuration:
      "policy: { rules: [{ name: readers, effect: allow, tools: [get_pet], hints: { read-only: true } }] }\n",
  },
  audit: {
    feature: "audit",
    settings: ({ folder }) => ({ MCP_AUDIT_FILE: join(folder, "audit.log"), MCP_AUDIT_CHAIN: "on" }),
  },
  metrics: { feature: "metrics" },
  cache: { feature: "cache" },
  authorization: {
    feature: "authorization",
    settings: ({ issuer, port }) => ({ MCP_AUTH_ISSUER: issuer.url, MCP_PUBLIC_URL: `http://127.0.0.1:${port}` }),
  },
  limits: { settings: () => ({ MCP_RATE_LIMIT: "1000000000", MCP_TOOL_RATE_LIMIT: "1000000000" }) },
};

/**
 * Generates the petstore with parts into a folder, and makes it run.
 *
 * @param features further ones
 * @returns its main file
 */
export function buildPetstore(folder, names, features = []) {
  const project = join(folder, "petstore");
  const wanted = [...names.flatMap((name) => parts[name].feature ?? []), ...features];
  const configuration = join(folder, "openapi-to-mcp.yaml");
  writeFileSync(
    configuration,
    [
      `input: ${JSON.stringify(join(repository, "samples/petstore/openapi.yaml"))}\n`,
      ...(wanted.length === 0 ? [] : [`features: [${wanted.join(", ")}]\n`]),
      ...names.map((name) => parts[name].configuration ?? ""),
    ].join(""),
  );
  const args = ["dist/main.js", "--config", configuration, "--output", project];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: repository, encoding: "utf8" });
  if (status !== 0) throw new Error(`${args.join(" ")}\n${stdout}${stderr}`);
  symlinkSync(join(repository, "node_modules"), join(project, "node_modules"));
  buildSync({
    absWorkingDir: project,
    entryPoints: ["src/**/*.ts"],
    outdir: "dist",
    outbase: "src",
    format: "esm",
    target: "es2022",
    logLevel: "error",
  });
  return join(project, "dist/main.js");
}

/** What the server is told, besides its API. Limits are off unless they are one of the parts. */
export function settingsOf(names, given) {
  return Object.assign(
    { MCP_RATE_LIMIT: "0", MCP_TOOL_RATE_LIMIT: "0" },
    ...names.map((name) => parts[name].settings?.(given) ?? {}),
  );
}

/** An authorization server: its URL, and tokens for a server at a port. */
export async function startIssuer() {
  const { privateKey, publicKey } = await generateKeyPair("RS256");
  const key = { ...(await exportJWK(publicKey)), kid: "key-1", alg: "RS256", use: "sig" };
  const server = createServer((request, response) => {
    const url = `http://127.0.0.1:${server.address().port}`;
    const value = request.url.endsWith("/jwks") ? { keys: [key] } : { issuer: url, jwks_uri: `${url}/jwks` };
    response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(value));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${server.address().port}`;
  return {
    url,
    token: (port) =>
      new SignJWT({ client_id: "load", scope: "pets:read" })
        .setProtectedHeader({ alg: "RS256", kid: "key-1", typ: "at+jwt" })
        .setIssuer(url)
        .setAudience(`http://127.0.0.1:${port}/mcp`)
        .setSubject("ada")
        .setIssuedAt()
        .setExpirationTime("2h")
        .sign(privateKey),
    close: () => (server.closeAllConnections(), server.close()),
  };
}

/** A port of this machine that nobody listens on. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
