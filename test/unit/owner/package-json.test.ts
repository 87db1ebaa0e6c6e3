import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { isBefore, packageDiagnostics, packageNeeds, updatePackage } from "../../../src/owner/package-json.ts";

const wanted: JsonObject = {
  scripts: { build: "tsc", mock: "node mock.js" },
  dependencies: { "@scope/a": "1.2.0", undici: "7.30.2" },
  devDependencies: { typescript: "7.0.2" },
};

describe("a range of versions comes before a version", () => {
  it.each<[string, string, boolean]>([
    ["7.30.1", "7.30.2", true],
    ["7.30.2", "7.30.2", false],
    ["7.30.3", "7.30.2", false],
    ["=7.30.1", "7.30.2", true],
    ["^7.0.0", "7.30.2", false],
    ["^6.9.9", "7.30.2", true],
    ["^8.0.0", "7.30.2", false],
    ["~7.30.0", "7.30.2", false],
    ["~7.29.9", "7.30.2", true],
    ["^0.1.9", "0.2.0", true],
    ["^0.2.0", "0.2.9", false],
    ["^0.0.1", "0.0.2", true],
    ["*", "7.30.2", false],
    ["latest", "7.30.2", false],
    [">=1 <2", "7.30.2", false],
    ["file:../undici", "7.30.2", false],
    ["7.30.1-beta", "7.30.2", false],
    ["", "7.30.2", false],
  ])("%s before %s: %s", (range, version, want) => expect(isBefore(range, version)).toBe(want));
});

const whole = JSON.stringify(wanted);

describe("the owner's package.json", () => {
  it.each<[string, string, string[]]>([
    ["has all", whole, []],
    ["has later versions", whole.replace("7.30.2", "^8.0.0"), []],
    ["has them elsewhere", whole.replace('"devDependencies"', '"optionalDependencies"'), []],
    ["lacks a section", whole.replace('"devDependencies"', '"x"'), ["devDependencies typescript 7.0.2"]],
    ["lacks a package", whole.replace('"undici"', '"other"'), ["dependencies undici 7.30.2"]],
    ["has an earlier version", whole.replace("7.30.2", "^6.0.0"), ["dependencies undici 7.30.2 for ^6.0.0"]],
    [
      "has an earlier version elsewhere",
      JSON.stringify({
        ...wanted,
        devDependencies: {},
        dependencies: { ...(wanted["dependencies"] as object), typescript: "5.0.0" },
      }),
      ["dependencies typescript 7.0.2 for 5.0.0"],
    ],
    ["lacks a script", whole.replace('"mock"', '"mick"'), ["scripts mock node mock.js"]],
    ["has another script", whole.replace("node mock.js", "true"), []],
    [
      "has nothing",
      "{}",
      [
        "dependencies @scope/a 1.2.0",
        "dependencies undici 7.30.2",
        "devDependencies typescript 7.0.2",
        "scripts build tsc",
        "scripts mock node mock.js",
      ],
    ],
    [
      "inherits nothing",
      '{ "__proto__": {}, "dependencies": [] }',
      [
        "dependencies @scope/a 1.2.0",
        "dependencies undici 7.30.2",
        "devDependencies typescript 7.0.2",
        "scripts build tsc",
        "scripts mock node mock.js",
      ],
    ],
  ])("%s", (_name, text, want) => {
    const needs = packageNeeds(text, wanted)?.map(({ section, name, value, found }) =>
      [section, name, value, ...(found === undefined ? [] : [`for ${found}`])].join(" "),
    );
    expect(needs).toEqual(want);
  });

  it.each(["", "{", "[]", "null", "<<<<<<< HEAD"])("cannot be told of: %j", (text) => {
    expect(packageNeeds(text, wanted)).toBeUndefined();
    expect(packageDiagnostics(text, wanted).map(({ code }) => code)).toEqual(["unreadable-package"]);
  });

  it("is told of with the lines to add, and where", () => {
    const text = '{\n  "name": "x",\n  "dependencies": {\n    "undici": "~7.1.0"\n  }\n}\n';
    const told = packageDiagnostics(text, wanted).map(
      ({ severity, code, line, pointer, message }) => `${severity} ${code} ${line} ${pointer} ${message}`,
    );
    expect(told).toEqual([
      'warning missing-package 3 /dependencies/@scope~1a "dependencies" lacks "@scope/a": "1.2.0"',
      'warning missing-package 3 /dependencies/undici "dependencies" has undici ~7.1.0; the server needs "undici": "7.30.2"',
      'warning missing-package undefined /devDependencies/typescript "devDependencies" lacks "typescript": "7.0.2"',
      'info missing-script undefined /scripts/build "scripts" lacks "build": "tsc"',
      'info missing-script undefined /scripts/mock "scripts" lacks "mock": "node mock.js"',
    ]);
  });
});

describe("an update", () => {
  it.each<[string, string, string]>([
    [
      "keeps the order of packages and of all else, empty lines and short lists",
      '{\n  "files": ["dist", "src"],\n\n  "dependencies": {\n    "@scope/a": "1.2.0",\n    "zod": "4.0.0"\n  },\n  "devDependencies": { "typescript": "7.0.2" },\n  "scripts": { "build": "tsc", "mock": "x" }\n}\n',
      '{\n  "files": ["dist", "src"],\n\n  "dependencies": {\n    "@scope/a": "1.2.0",\n    "undici": "7.30.2",\n    "zod": "4.0.0"\n  },\n  "devDependencies": { "typescript": "7.0.2" },\n  "scripts": { "build": "tsc", "mock": "x" }\n}\n',
    ],
    [
      "adds behind packages that are in no order",
      '{\n\t"dependencies": {\n\t\t"zod": "4.0.0",\n\t\t"@scope/a": "1.2.0"\n\t},\n\t"devDependencies": {\n\t\t"typescript": "^7.0.0"\n\t},\n\t"scripts": {\n\t\t"build": "x"\n\t}\n}',
      '{\n\t"dependencies": {\n\t\t"zod": "4.0.0",\n\t\t"@scope/a": "1.2.0",\n\t\t"undici": "7.30.2"\n\t},\n\t"devDependencies": {\n\t\t"typescript": "^7.0.0"\n\t},\n\t"scripts": {\n\t\t"build": "x",\n\t\t"mock": "node mock.js"\n\t}\n}',
    ],
    [
      "raises a version in its place",
      '{"dependencies":{"undici":"^6.0.0","@scope/a":"^2.0.0"},"devDependencies":{"typescript":"7.0.2"},"scripts":{"mock":"","build":""}}',
      '{"dependencies":{"undici":"7.30.2","@scope/a":"^2.0.0"},"devDependencies":{"typescript":"7.0.2"},"scripts":{"mock":"","build":""}}',
    ],
    [
      "keeps four columns, carriage returns and a byte order mark",
      '\uFEFF{\r\n    "scripts": {\r\n        "build": "tsc",\r\n        "mock": "x"\r\n    },\r\n    "dependencies": {\r\n        "@scope/a": "1.2.0"\r\n    },\r\n    "devDependencies": {\r\n        "typescript": "7.0.2"\r\n    }\r\n}\r\n',
      '\uFEFF{\r\n    "scripts": {\r\n        "build": "tsc",\r\n        "mock": "x"\r\n    },\r\n    "dependencies": {\r\n        "@scope/a": "1.2.0",\r\n        "undici": "7.30.2"\r\n    },\r\n    "devDependencies": {\r\n        "typescript": "7.0.2"\r\n    }\r\n}\r\n',
    ],
  ])("%s", async (_name, text, want) => {
    const updated = await updatePackage(text, packageNeeds(text, wanted) ?? []);
    expect(updated).toBe(want);
    expect(packageNeeds(updated, wanted)).toEqual([]);
  });

  it("makes sections that are not there", async () => {
    const updated = await updatePackage('{\n  "name": "x"\n}\n', packageNeeds("{}", wanted) ?? []);
    expect(JSON.parse(updated)).toEqual({ name: "x", ...wanted });
    expect(updated).toMatch(/^\{\n {2}"name": "x",\n {2}"dependencies": \{\n {4}"@scope\/a"/);
    expect(updated.endsWith("\n}\n")).toBe(true);
  });
});
