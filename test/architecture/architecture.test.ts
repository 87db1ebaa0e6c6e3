/** Who may know whom, read from the imports; and the few rules of style that a compiler does not hold. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ts } from "ts-morph";
import { describe, expect, it } from "vitest";
import { catalogue } from "../../src/base/diagnostics.ts";
import { dependenciesOf } from "../../src/project/dependencies.ts";
import { allFeatures } from "../../src/project/features/features.ts";
import { version } from "../../src/base/version.ts";
import { runtimeVersion } from "../../templates/always/src/runtime/version.ts";
import { repository } from "../golden/sample.ts";
import { type Import, packageOf, type Source, sourcesBelow } from "./sources.ts";

const generator = sourcesBelow("src");
const templates = sourcesBelow("templates");
const breaches = (sources: readonly Source[], allowed: (source: Source, item: Import) => boolean): readonly string[] =>
  sources.flatMap((source) =>
    source.imports.filter((item) => !allowed(source, item)).map((item) => `${source.path} imports ${item.target}`),
  );

describe("ARCHITECTURE.md", () => {
  const page = readFileSync(join(repository, "ARCHITECTURE.md"), "utf8");
  const [rooms = "", project = ""] = page.split("```").filter((_, index) => index % 2 === 1);

  it("draws rooms that are there, of the generator and of an emitted project", () => {
    const named = (drawing: string): readonly string[] =>
      [...drawing.matchAll(/(\w+)\/ ?─?/g)].map(([, name = ""]) => name);
    expect(named(rooms)).toEqual(["document", "api", "mcp", "project", "disk"]);
    for (const room of named(rooms)) expect(existsSync(join(repository, "src", room)), room).toBe(true);
    expect(named(project)).toEqual(["node", "http", "mcp", "call", "upstream", "node"]);
    const runtime = join(repository, "templates/always/src/runtime");
    for (const room of named(project)) expect(existsSync(join(runtime, room)), room).toBe(true);
  });

  it("draws the steps of a call in the order of src/main.ts", () => {
    const main = readFileSync(join(repository, "templates/once/src/main.ts"), "utf8");
    const steps = [...main.matchAll(/^ {2}step\.(\w+),$/gm)].map(([, name = ""]) => name);
    const words = project.match(/\b\w+\b/g) ?? [];
    expect(steps.length).toBeGreaterThan(8);
    expect(words.filter((word) => steps.includes(word))).toEqual(steps);
  });
});

describe("the generator", () => {
  /** What each stage sees besides its own folder: the model on its left. `cli` and the pipeline see all. */
  const left: Readonly<Record<string, readonly string[]>> = {
    base: [
      "templates/always/src/runtime/text/visible.ts",
      "templates/always/src/runtime/jsonpath/jsonpath.ts",
      "templates/always/src/runtime/pattern/pattern.ts",
      "templates/always/src/runtime/data/defined.ts",
      "templates/always/src/runtime/text/spelling.ts",
      "templates/always/src/runtime/data/url.ts",
    ],
    document: [],
    api: [
      "src/document/document.ts",
      "templates/always/src/runtime/data/model.ts",
      "templates/always/src/runtime/data/model-parts.ts",
    ],
    mcp: [
      "src/api/model.ts",
      "templates/always/src/runtime/data/project.ts",
      "templates/always/src/runtime/tools/tool-table.ts",
      "templates/always/src/runtime/finding/condense.ts",
      "templates/always/src/runtime/data/project.ts",
      "templates/always/src/runtime/workflows/condition.ts",
      "templates/always/src/runtime/workflows/expression.ts",
      "templates/always/src/runtime/workflows/selection.ts",
      "templates/always/src/runtime/finding/discovery-tools.ts",
      "templates/always/src/runtime/finding/words.ts",
      "templates/always/src/runtime/finding/words.ts",
      "templates/always/src/runtime/finding/verbs.ts",
      "templates/always/src/runtime/finding/words.ts",
      "templates/always/src/runtime/strict/strict-form.ts",
      "templates/always/src/runtime/jobs/words.ts",
      "templates/always/src/runtime/data/model.ts",
      "templates/always/src/runtime/policy/policy-data.ts",
      "templates/always/src/runtime/policy/policy-faults.ts",
      "templates/always/src/runtime/policy/read-policy.ts",
      "templates/always/src/runtime/shape/paths.ts",
      "templates/always/src/runtime/upstream/server-url.ts",
      "templates/always/src/runtime/validation/formats.ts",
    ],
    config: [
      "src/document/load.ts",
      "src/document/value.ts",
      "src/mcp/build.ts",
      "src/mcp/curation/curation.ts",
      "src/mcp/curation/workflow.ts",
      "src/mcp/plan/list-plan.ts",
      "src/mcp/job/wish.ts",
      "src/mcp/policy/wish.ts",
      "src/mcp/plan/targets.ts",
      "src/project/features/names.ts",
      "src/project/runtime-mode.ts",
      "src/lock/lock.ts",
    ],
    lock: ["src/mcp/model.ts", "src/mcp/plan/served-list.ts"],
    surface: [
      "src/mcp/model.ts",
      "src/mcp/cost.ts",
      "src/mcp/plan/served-list.ts",
      "src/mcp/plan/targets.ts",
      "src/lock/lock.ts",
      "src/lock/build.ts",
      "src/project/files.ts",
      "templates/always/src/runtime/upstream/server-url.ts",
    ],
    owner: ["src/mcp/model.ts", "src/project/files.ts"],
    project: [
      "src/mcp/model.ts",
      "src/mcp/plan/served-list.ts",
      "src/mcp/plan/targets.ts",
      "src/lock/lock.ts",
      "src/lock/build.ts",
      "templates/always/src/runtime/upstream/server-url.ts",
      "templates/always/src/runtime/settings/settings.ts",
      "templates/always/src/runtime/workflows/expression.ts",
    ],
    disk: ["src/project/files.ts", "src/lock/lock.ts", "src/lock/parse.ts"],
  };
  const isBase = (target: string): boolean => stageOf(target) === "base";
  const stageOf = (path: string): string => /^src\/(\w+)\//.exec(path)?.[1] ?? "";

  it("lets a stage see its own folder, the model on its left and the base", () => {
    expect(
      breaches(generator, ({ path }, { target }) => {
        const seen = left[stageOf(path)];
        if (seen === undefined || packageOf(target) !== undefined) return true;
        return stageOf(target) === stageOf(path) || seen.includes(target) || isBase(target);
      }),
    ).toEqual([]);
  });

  it("lets nothing but the command line see the command line", () => {
    expect(breaches(generator, ({ path }, { target }) => stageOf(path) === "cli" || stageOf(target) !== "cli")).toEqual(
      [],
    );
  });

  it("takes only types from the runtime, but for settings, formats, what is visible, what a base URL is, patterns, URLs, optional members, paths, JSONPath, expressions of workflows, policies, words of work, the check of an audit, and how operations are found and listed, in whatever form", () => {
    expect(
      breaches(
        generator,
        (_source, { target, typeOnly }) =>
          !target.startsWith("templates/") ||
          typeOnly ||
          /\/runtime\/(?:upstream\/server-url|settings\/settings|text\/visible|validation\/formats|pattern\/pattern|data\/(?:defined|url)|text\/spelling|shape\/paths|finding\/(?:words|verbs|path|discovery-tools|condense|sentences)|jobs\/words|jsonpath\/jsonpath|strict\/strict-form|policy\/(?:read-policy|policy-faults|decide)|validation\/validate|node\/audit-check|workflows\/(?:condition|expression|selection))\.ts$/.test(
            target,
          ),
      ),
    ).toEqual([]);
  });

  it.each<[string, readonly string[]]>([
    ["@apidevtools/swagger-parser", ["document"]],
    ["@apidevtools/json-schema-ref-parser", ["document"]],
    ["js-yaml", ["document"]],
    ["json-p3", []],
    ["handlebars", ["project"]],
    ["prettier", ["project"]],
    ["ts-morph", ["project", "owner"]],
    ["jsonc-parser", ["owner"]],
    ["@cfworker/json-schema", ["mcp"]],
    ["@jmespath-community/jmespath", ["mcp"]],
    ["undici", ["document"]],
    ["yargs", ["cli"]],
    ["yargs-parser", ["cli"]],
    ["picocolors", ["cli"]],
    ["node:fs", ["document", "project", "disk"]],
    ["node:fs/promises", ["document", "project", "disk"]],
    ["node:child_process", []],
    ["node:vm", []],
    ["node:http", []],
    ["node:https", []],
    ["node:net", []],
  ])("fences %s into %j", (name, folders) => {
    expect(
      breaches(generator, ({ path }, { target }) =>
        name.startsWith("node:")
          ? target !== name || folders.includes(stageOf(path))
          : packageOf(target) !== name || folders.includes(stageOf(path)),
      ),
    ).toEqual([]);
  });

  it("asks schemas as nodes: what a keyword means is read in one place", () => {
    /** Files that look into JSON all the same, whatever it is: the list may only shrink. */
    const known = ["curation/left-out", "curation/value-check", "extent", "listed/legible"];
    const asking = /\b(?:own|ownString|isObject|isArray)\b/;
    const found = generator.flatMap(({ path, text }) => {
      const [, file] = /^src\/(?:mcp\/(.*)|project\/(type.*))\.ts$/.exec(path) ?? [];
      const [named = ""] = /import [^;]*from "[^"]*base\/json\.ts"/.exec(text) ?? [];
      return file !== undefined && asking.test(named) ? [file] : [];
    });
    expect(found.sort()).toEqual(known);
  });

  it("knows name and form of the lock file in lock/ only", () => {
    const knows = ({ text }: Source): boolean =>
      /lockVersion|plainInput"|openapi-to-mcp\.lock/.test(withoutComments(text));
    // And in words for people, who know the file by its name.
    expect(generator.filter(knows).map(({ path }) => path)).toEqual([
      "src/lock/build.ts",
      "src/lock/lock.ts",
      "src/lock/parse.ts",
      "src/mcp/curation/alias.ts",
    ]);
  });

  it("says in one place what a URL is", () => {
    /** What a user meant, hosts without a scheme, a pattern that clients check; and the door, which takes what comes. */
    const known = [
      "src/document/read.ts",
      "src/document/upgrade-2.0.ts",
      "templates/always/src/runtime/http/guard.ts",
      "templates/always/src/runtime/upstream/servers.ts",
      "templates/always/src/runtime/validation/formats.ts",
    ];
    const hasRule = ({ path, text }: Source): boolean =>
      !path.endsWith("/data/url.ts") && /URL\.canParse|\^(?:\(\?:)?https\?:/.test(withoutComments(text));
    expect([...generator, ...templates].filter(hasRule).map(({ path }) => path)).toEqual(known);
  });

  it("never imports the MCP SDK", () => {
    expect(breaches(generator, (_source, { target }) => !target.startsWith("@modelcontextprotocol/"))).toEqual([]);
  });

  it("loads what is heavy when it is needed", () => {
    const heavy = ["prettier", "ts-morph", "json-p3", "undici", "handlebars", "yargs", "@apidevtools/swagger-parser"];
    const early = breaches(
      generator,
      (_source, { target, typeOnly, lazy }) => typeOnly || lazy || !heavy.slice(0, 4).includes(packageOf(target) ?? ""),
    );
    expect(early).toEqual([]);
  });

  it("knows clock, network, console and environment only at its edge", () => {
    const impure = /\b(?:Date\.now|new Date\(\)|Math\.random|console\.|process\.(?:env|argv|stdout|stderr|exit))/;
    const found = generator.filter(({ path, text }) => stageOf(path) !== "cli" && impure.test(withoutComments(text)));
    expect(found.map(({ path }) => path)).toEqual([]);
  });
});

describe("the emitted project", () => {
  const emitted = (path: string): string => path.replace(/^templates\/(?:oauth\/)?(?:always|once)\//, "");
  const folderOf = (path: string): string => /^src\/(runtime|generated)\//.exec(emitted(path))?.[1] ?? "user";

  it("has a runtime that knows neither the generated nor the user's files", () => {
    const runtime = templates.filter(({ path }) => folderOf(path) === "runtime");
    expect(runtime.length).toBeGreaterThan(50);
    expect(
      breaches(runtime, (_source, { target }) => packageOf(target) !== undefined || folderOf(target) === "runtime"),
    ).toEqual([]);
  });

  it("has a runtime that knows the web standard only, but for its host", () => {
    /** What runs on Node.js alone: the host, the mock of the API, and where an older `main.ts` looks for the host. */
    const host = /\/runtime\/(?:node|mock)\/|\/runtime\/(?:mock|mock-calls|serve|stdout)\.ts$/;
    const ofNode = /\bBuffer\b|\bprocess\.(?!\s)|\bNodeJS\.|\bset(?:Immediate)\(|["']node:|["']undici["']/;
    const core = templates.filter(({ path }) => folderOf(path) === "runtime" && !host.test(path));
    const names = (sources: readonly Source[]): readonly string[] =>
      sources.map(({ path }) => /\/runtime\/(.*)\.ts$/.exec(path)?.[1] ?? path).sort();
    expect(core.length).toBeGreaterThan(100);
    expect(names(core.filter(({ text }) => ofNode.test(withoutComments(text))))).toEqual([]);
    const ofHost = core.filter(({ imports }) => imports.some(({ target }) => host.test(target)));
    expect(names(ofHost)).toEqual([]);
  });

  it("has generated files that know only the runtime", () => {
    const generated = templates.filter(({ path }) => folderOf(path) === "generated");
    expect(
      breaches(generated, (_source, { target }) => packageOf(target) !== undefined || folderOf(target) !== "user"),
    ).toEqual([]);
  });

  it("names the SDK in few files", () => {
    const naming = templates.filter(({ imports }) =>
      imports.some(({ target }) => target.startsWith("@modelcontextprotocol/")),
    );
    const isForIt = /^src\/runtime\/(?:mcp|node|http)\/|-methods\.ts$/;
    expect(naming.map(({ path }) => emitted(path)).filter((path) => !isForIt.test(path))).toEqual([]);
    expect(naming.length).toBeLessThanOrEqual(10);
  });

  it("depends only on what its package.json names, and on no shell", () => {
    const known = new Set(dependenciesOf(allFeatures).map(({ name }) => name));
    const forbidden = ["node:child_process", "node:vm", "node:worker_threads"];
    const own = templates.filter(({ path }) => !emitted(path).startsWith("test/"));
    expect(
      breaches(own, (_source, { target }) => {
        const name = packageOf(target);
        if (name === undefined) return true;
        return name.startsWith("node:") ? !forbidden.includes(name) : known.has(name);
      }),
    ).toEqual([]);
  });

  it("runs no expression of a document but in one place", () => {
    // They make expressions of our own, or make one without running it; `program.ts` asks for one character at a time.
    const allowed =
      /\/(?:header-scheme|media-type|secret-forms)\.ts$|\/api\/pattern\.ts$|\/pattern\/(?:syntax|program)\.ts$/;
    const found = [...generator, ...templates].filter(
      ({ path, text }) =>
        /^src\/(?:api|mcp)\/|^src\/base\/json-path|^templates\//.test(path) &&
        /\bRegExp\(/.test(withoutComments(text)) &&
        !allowed.test(path),
    );
    expect(found.map(({ path }) => path)).toEqual([]);
  });

  it("makes no code at run time", () => {
    const found = templates.filter(({ text }) => /\beval\(|new Function\(|\bimport\((?!")/.test(withoutComments(text)));
    expect(found.map(({ path }) => path)).toEqual([]);
  });
});

it("has no circle of imports, of types or of what is loaded late either", () => {
  const graph = new Map(
    [...generator, ...templates].map(({ path, imports }) => [path, imports.map(({ target }) => target)]),
  );
  expect(circleOf(graph)).toEqual([]);
});

function circleOf(graph: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const done = new Set<string>();
  const visit = (path: string, way: readonly string[]): readonly string[] => {
    if (way.includes(path)) return [...way.slice(way.indexOf(path)), path];
    if (done.has(path)) return [];
    for (const next of graph.get(path) ?? []) {
      const circle = visit(next, [...way, path]);
      if (circle.length > 0) return circle;
    }
    done.add(path);
    return [];
  };
  for (const path of graph.keys()) {
    const circle = visit(path, []);
    if (circle.length > 0) return circle;
  }
  return [];
}

describe("the style", () => {
  const all = [...generator, ...templates];

  it("has files that fit on a few screens", () => {
    /** Longer ones, with their length: the list may only shrink. */
    const known: Readonly<Record<string, number>> = {};
    const long = all
      .map(({ path, text }) => ({ path, lines: text.split("\n").length - 1 }))
      .filter(({ path, lines }) => lines > (known[path] ?? 350));
    expect(long).toEqual([]);
    const short = all.filter(({ path, text }) => Object.hasOwn(known, path) && text.split("\n").length <= 351);
    expect(short.map(({ path }) => path)).toEqual([]);
  });

  it("has functions that fit on a screen or two", () => {
    const long: string[] = [];
    for (const { path, tree } of all) {
      const lineOf = (place: number): number => tree.getLineAndCharacterOfPosition(place).line;
      const visit = (node: ts.Node): void => {
        const lines = lineOf(node.end) - lineOf(node.getStart(tree)) + 1;
        if (ts.isFunctionLike(node) && lines > 80) long.push(`${path}: ${lines} lines from ${lineOf(node.pos) + 1}`);
        ts.forEachChild(node, visit);
      };
      visit(tree);
    }
    expect(long).toEqual([]);
  });

  it("has no any, no non-null assertion, no enum, no namespace and no switched-off check", () => {
    const found: string[] = [];
    for (const { path, text, tree } of all) {
      const visit = (node: ts.Node): void => {
        if (node.kind === ts.SyntaxKind.AnyKeyword) found.push(`${path}: any`);
        if (ts.isNonNullExpression(node)) found.push(`${path}: !`);
        if (ts.isEnumDeclaration(node)) found.push(`${path}: enum`);
        if (ts.isModuleDeclaration(node)) found.push(`${path}: namespace`);
        ts.forEachChild(node, visit);
      };
      visit(tree);
      if (/@ts-(?:ignore|nocheck|expect-error)|eslint-disable/.test(text)) found.push(`${path}: switched-off check`);
    }
    expect(found).toEqual([]);
  });

  it("has names that say what a file is about", () => {
    const vague = all.filter(({ path }) => /(?:^|\/)(?:utils?|helpers?|manager|common|misc)(?:\.|\/)/.test(path));
    expect(vague.map(({ path }) => path)).toEqual([]);
    const barrels = generator.filter(({ path }) => path.endsWith("/index.ts"));
    expect(barrels.map(({ path }) => path)).toEqual(["src/index.ts"]);
  });
});

describe("what has to agree", () => {
  const manifest = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as {
    readonly version: string;
    readonly dependencies: Readonly<Record<string, string>>;
    readonly devDependencies: Readonly<Record<string, string>>;
  };

  it("the version of the source, of the runtime and of the package", () =>
    expect([version, runtimeVersion]).toEqual([manifest.version, manifest.version]));

  it("the versions that are emitted and those that are tested", () => {
    expect(dependenciesOf(allFeatures).map(({ name, version: emitted }) => [name, emitted])).toEqual(
      dependenciesOf(allFeatures).map(({ name }) => [
        name,
        manifest.devDependencies[name] ?? manifest.dependencies[name],
      ]),
    );
  });

  it("the diagnostics that are known and those that are told", () => {
    const told = generator.filter(({ path }) => path !== "src/base/diagnostics.ts");
    const unused = Object.keys(catalogue).filter((code) => told.every(({ text }) => !text.includes(`"${code}"`)));
    expect(unused).toEqual([]);
  });
});

it("nothing in the repository names a machine's path or a registry", () => {
  const files = existsSync(join(repository, ".git"))
    ? execFileSync("git", ["ls-files", "-z"], { cwd: repository, encoding: "utf8" }).split("\0").filter(Boolean)
    : readdirSync(join(repository, "src"), { recursive: true, encoding: "utf8" }).map((path) => `src/${path}`);
  const machine = new RegExp(
    ["/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/[a-z]", "/Users/[a-z]", "C:\\\\Users"].join("|"),
  );
  const temporary = new RegExp("/t" + "mp/");
  const registry = new RegExp(`"resol${"ved"}": "(?!https://registry\\.npmjs\\.org/)|^\\s*registry\\s*=`, "m");
  const found = files.flatMap((path) => {
    const full = join(repository, path);
    if (!existsSync(full) || /\.(?:png|jpe?g|gif|ico|tgz)$/.test(path)) return [];
    const text = readFileSync(full, "utf8");
    const named = machine.test(text) || (!path.startsWith("test/") && temporary.test(text)) || registry.test(text);
    return named ? [path] : [];
  });
  expect(found).toEqual([]);
});

/** The text without comments: a comment may speak of what the code must not do. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, "");
}
