/** The manifests for Kubernetes: as its own OpenAPI document wants them, fitting each other, and without a text of an API. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import { load } from "js-yaml";
import { beforeAll, describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/base/json.ts";
import type { FileSet } from "../../src/project/files.ts";
import { repository } from "../golden/sample.ts";
import { hostileTitles, type Manifest, manifestsOf, projectNamed, textOf } from "./emitted.ts";

const names = ["settings", "deployment", "service", "autoscaling", "network-policy", "redis", "sidecar"];
const manifestsIn = (files: FileSet): readonly Manifest[] =>
  files
    .filter(({ path }) => path.startsWith("kubernetes/") && !path.endsWith("kustomization.yaml"))
    .flatMap(({ text }) => manifestsOf(text));

/** A value at a path of names and numbers. */
function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((found, step) => (found as Record<string | number, unknown> | undefined)?.[step], value);
}

let files: FileSet;
let all: readonly Manifest[];
beforeAll(async () => {
  files = await projectNamed("Things", ["kubernetes"]);
  all = manifestsIn(files);
});

const of = (kind: string, name = "things-mcp"): Manifest => {
  const found = all.find((one) => one.kind === kind && one.metadata.name === name);
  if (found === undefined) throw new Error(`There is no ${kind} ${name}`);
  return found;
};

const specification = join(repository, "../shared/specs/large/kubernetes.json");
const isThere = existsSync(specification);

describe(`every manifest, by the definitions of Kubernetes${isThere ? "" : " (left out: its document is not here)"}`, () => {
  let validators: ReadonlyMap<string, ValidateFunction>;

  beforeAll(() => {
    if (!isThere) return;
    const { definitions } = JSON.parse(readFileSync(specification, "utf8")) as {
      definitions: Record<string, JsonObject>;
    };
    validators = validatorsOf(definitions);
  });

  it.skipIf(!isThere).each(names)("%s.yaml", (name) => {
    const manifests = manifestsOf(textOf(files, `kubernetes/${name}.yaml`));
    expect(manifests.length).toBeGreaterThan(0);
    for (const manifest of manifests) {
      const validate = validators.get(`${manifest.apiVersion} ${manifest.kind}`);
      if (validate === undefined) throw new Error(`Kubernetes has no ${manifest.apiVersion} ${manifest.kind}`);
      expect([validate(manifest), validate.errors]).toEqual([true, null]);
    }
  });

  it.skipIf(!isThere)("finds a misspelt field, a wrong type and what is missing", () => {
    const validate = validators.get("apps/v1 Deployment");
    const broken = (change: (one: JsonObject & { spec: Record<string, unknown> }) => void): unknown => {
      const copy = structuredClone(of("Deployment")) as never;
      change(copy);
      return validate?.(copy);
    };
    expect(broken(() => undefined)).toBe(true);
    expect(broken(({ spec }) => (spec["replcas"] = 1))).toBe(false);
    expect(broken(({ spec }) => (spec["replicas"] = "two"))).toBe(false);
    expect(broken(({ spec }) => delete spec["selector"])).toBe(false);
  });
});

/** By `apiVersion kind`. Kubernetes refuses fields that it does not know, where its document leaves that open. */
function validatorsOf(definitions: Readonly<Record<string, JsonObject>>): ReadonlyMap<string, ValidateFunction> {
  const closed = Object.fromEntries(
    Object.entries(definitions).map(([name, definition]) => [
      name,
      definition["properties"] === undefined ? definition : { ...definition, additionalProperties: false },
    ]),
  );
  for (const name of Object.keys(closed).filter((key) => key.endsWith(".IntOrString")))
    closed[name] = { type: ["integer", "string"] };
  const ajv = new Ajv({ strict: false, validateFormats: false });
  ajv.addSchema({ definitions: closed }, "kubernetes");
  const kinds = Object.entries(definitions).flatMap(([name, definition]) =>
    ((definition["x-kubernetes-group-version-kind"] ?? []) as unknown as readonly Record<string, string>[]).map(
      ({ group, version, kind }) => [`${group ? `${group}/` : ""}${version} ${kind}`, name] as const,
    ),
  );
  const used = new Set(all.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`));
  return new Map(
    kinds
      .filter(([key, name]) => used.has(key) && !/DeleteOptions|WatchEvent/.test(name))
      .map(([key, name]) => [key, ajv.compile({ $ref: `kubernetes#/definitions/${name}` })]),
  );
}

describe("the manifests fit each other", () => {
  const server = { "app.kubernetes.io/name": "things-mcp", "app.kubernetes.io/component": "server" };

  it("kustomization.yaml names every file but the sidecar's, and the image of the Deployment", () => {
    const kustomization = load(textOf(files, "kubernetes/kustomization.yaml")) as JsonObject;
    const there = names.filter((name) => name !== "sidecar").map((name) => `${name}.yaml`);
    expect(kustomization["resources"]).toEqual(there);
    const image = at(of("Deployment"), "spec", "template", "spec", "containers", 0, "image");
    expect(at(kustomization, "images", 0, "name")).toBe(image);
  });

  it("all that chooses pods chooses those of the Deployment", () => {
    expect(at(of("Deployment"), "spec", "template", "metadata", "labels")).toEqual(server);
    expect(at(of("Deployment"), "spec", "selector", "matchLabels")).toEqual(server);
    expect(of("Service").spec["selector"]).toEqual(server);
    expect(at(of("PodDisruptionBudget"), "spec", "selector", "matchLabels")).toEqual(server);
    expect(at(of("NetworkPolicy"), "spec", "podSelector", "matchLabels")).toEqual(server);
    expect(
      at(of("NetworkPolicy", "things-mcp-redis"), "spec", "ingress", 0, "from", 0, "podSelector", "matchLabels"),
    ).toEqual(server);
    const { kind, name } = of("HorizontalPodAutoscaler").spec["scaleTargetRef"] as Record<string, string>;
    expect([kind, name]).toEqual(["Deployment", "things-mcp"]);
    // The autoscaler says how many there are: a number in the Deployment would undo it at each change.
    expect(of("Deployment").spec["replicas"]).toBeUndefined();
    expect(of("HorizontalPodAutoscaler").spec["minReplicas"]).toBeGreaterThanOrEqual(2);
  });

  it.each([
    ["Deployment", "things-mcp", "containers"],
    ["Deployment", "things-mcp-agent", "initContainers"],
  ])("probes of the server of %s %s go to the port that it is told", (kind, name, place) => {
    const container = at(of(kind, name), "spec", "template", "spec", place, 0) as Record<string, unknown>;
    const environment = new Map(
      (container["env"] as { name: string; value: string }[]).map((one) => [one.name, one.value]),
    );
    const ports = new Map(
      (container["ports"] as { name: string; containerPort: number }[]).map((one) => [one.name, one.containerPort]),
    );
    expect(String(ports.get("probes"))).toBe(environment.get("MCP_PROBE_PORT"));
    const probes = Object.entries(container).filter(([key]) => key.endsWith("Probe"));
    expect(probes.length).toBeGreaterThanOrEqual(2);
    for (const [key, probe] of probes)
      expect(at(probe, "httpGet"), key).toEqual({
        path: key === "readinessProbe" ? "/readyz" : "/livez",
        port: "probes",
      });
  });

  it("the sidecar listens on the pod's loopback address only, and starts before the agent", () => {
    const sidecar = at(of("Deployment", "things-mcp-agent"), "spec", "template", "spec", "initContainers", 0);
    expect(at(sidecar, "args")).toEqual(["--http"]);
    expect(at(sidecar, "restartPolicy")).toBe("Always");
  });

  it("instances find the Redis that the policy lets them reach", () => {
    expect(of("ConfigMap").data?.["REDIS_URL"]).toBe(`redis://${of("Service", "things-mcp-redis").metadata.name}:6379`);
    const redis = at(of("Deployment", "things-mcp-redis"), "spec", "template", "metadata", "labels");
    expect(of("Service", "things-mcp-redis").spec["selector"]).toEqual(redis);
    const out = of("NetworkPolicy").spec["egress"] as { to: unknown[] }[];
    expect(at(out.at(-1), "to", 0, "podSelector", "matchLabels")).toEqual(redis);
  });

  it("without Redis nothing names it", async () => {
    const without = await projectNamed("Things", ["kubernetes", "no-redis"]);
    expect(without.map(({ path }) => path)).not.toContain("kubernetes/redis.yaml");
    for (const { path, text } of without.filter(({ path }) => path.startsWith("kubernetes/")))
      expect(text, path).not.toMatch(/redis/i);
  });
});

describe("every pod", () => {
  const pods = ["things-mcp", "things-mcp-redis", "things-mcp-agent"];

  it.each(pods)("of %s has no rights, no token of the cluster and no writable root", (name) => {
    const pod = at(of("Deployment", name), "spec", "template", "spec") as Record<string, unknown>;
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    });
    expect(at(pod, "securityContext", "runAsUser")).toBeGreaterThan(0);
    const containers = [...((pod["initContainers"] as unknown[]) ?? []), ...(pod["containers"] as unknown[])];
    for (const container of containers) {
      expect(at(container, "securityContext")).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
      expect(at(container, "resources", "limits", "memory")).toMatch(/^\d+Mi$/);
    }
  });

  it("gets its secrets from a Secret that no file holds", () => {
    expect(all.map(({ kind }) => kind)).not.toContain("Secret");
    const from = at(of("Deployment"), "spec", "template", "spec", "containers", 0, "envFrom");
    expect(from).toEqual([{ configMapRef: { name: "things-mcp" } }, { secretRef: { name: "things-mcp" } }]);
  });
});

describe.each(hostileTitles)("of an API that is called %j", (title) => {
  it("names are DNS labels and texts, and all else is the same", async () => {
    const hostile = await projectNamed(title, ["kubernetes", "compose"]);
    const manifests = manifestsIn(hostile);
    const name = at(
      manifests.find(({ kind }) => kind === "ConfigMap"),
      "metadata",
      "name",
    );
    expect(name).toMatch(/^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$/);
    const plain = String(name);
    for (const path of [
      ...names.map((one) => `kubernetes/${one}.yaml`),
      "kubernetes/kustomization.yaml",
      "compose.yaml",
    ]) {
      const text = textOf(hostile, path);
      expect(text, path).toBe(textOf(composed, path).replaceAll("things-mcp", plain));
    }
    for (const { metadata } of manifests) {
      expect(metadata.name).toMatch(/^[a-z][a-z0-9-]{0,62}$/);
      expect(typeof metadata.labels?.["app.kubernetes.io/name"]).toBe("string");
    }
  });
});

let composed: FileSet;
beforeAll(async () => {
  composed = await projectNamed("Things", ["kubernetes", "compose"]);
});
