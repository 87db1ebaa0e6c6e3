import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isArray, isObject, own, ownString, valueAt, type Json } from "../../src/base/json.ts";
import { loadDocument } from "../../src/document/load.ts";
import { schemasOf } from "../../src/document/schemas.ts";
import { faultsOf } from "../unit/document/place.ts";
import { corpus, corpusFolder, invalidDocuments, leftOut, validDocuments } from "./documents.ts";

/** What each invalid document must be told: `line code: message`, or that it is read for later stages to judge. */
const invalid: Readonly<Record<string, { readonly fatal: boolean; readonly found: readonly RegExp[] }>> = {
  "asyncapi.json": { fatal: true, found: [/^1 not-openapi: .*AsyncAPI/] },
  "dangling-ref-2.0.json": {
    fatal: false,
    found: Array.from({ length: 6 }, () => /^\d+ missing-reference: The reference "#\/definitions\/\w+" leads nowhere/),
  },
  "dangling-refs.yaml": {
    fatal: false,
    found: [
      /^38 missing-reference: .*did you mean "Burger"/,
      /^56 missing-reference: .*""/,
      /^90 refused-reference: .*the host go is not allowed/,
      /^220 missing-reference: .*did you mean "Error"/,
      /^294 missing-reference: .*NotHere/,
      /^14 invalid-document: "description" has to be text, not a boolean/,
    ],
  },
  "duplicate-keys.json": { fatal: false, found: [/^6 duplicate-key: The key "version" appears more than once/] },
  "duplicate-operation-ids.yaml": { fatal: false, found: [] },
  "duplicate-path-placeholders.yaml": { fatal: false, found: [] },
  "empty.yaml": { fatal: true, found: [/^- not-openapi: The document is empty/] },
  "fragment-no-openapi-key.json": {
    fatal: true,
    found: [/^1 not-openapi: This seems to be a part of an OpenAPI document/],
  },
  "infinite-recursion-2.0.yaml": { fatal: false, found: [] },
  "invalid-param-location.yaml": {
    fatal: false,
    found: [/^14 invalid-document: Swagger 2\.0 has no parameters in cookie/],
  },
  "newer-version.yaml": { fatal: false, found: [/^1 invalid-document: Version 3\.0 is stated by "swagger"/] },
  "no-paths-or-webhooks.yaml": { fatal: false, found: [] },
  "old-version.yaml": { fatal: true, found: [/^1 unsupported-version: Version 1\.2/] },
  "path-param-no-placeholder.yaml": { fatal: false, found: [] },
  "path-placeholder-no-param.yaml": { fatal: false, found: [] },
  "petstore-many-errors.yaml": {
    fatal: false,
    found: [
      /^6 missing-reference: The reference "\.\/description\.md" does not exist/,
      /^5 invalid-document: "description" has to be text, not an object/,
    ],
  },
  "plain-object.yaml": { fatal: true, found: [/^1 not-openapi: This seems to be a JSON Schema/] },
  "syntax-bad-json.json": { fatal: true, found: [/^2 invalid-syntax: Expected a ":" after the key, found ";"/] },
  "syntax-go-template.yml": { fatal: true, found: [/^34 invalid-syntax: .*\{\{- if \.PasswordReset \}\}/] },
  "syntax-trailing-comma.json": { fatal: true, found: [/^29 invalid-syntax: Expected a value, found "\]"/] },
};

if (corpus === undefined) test.skip(leftOut, () => {});
else {
  describe("documents of the wild are read without an error", () => {
    test.each(validDocuments())("$file", async ({ file, path }) => {
      const folder = /^multi\/[^/]+/.exec(file)?.[0];
      const { root, diagnostics } = await loadDocument(
        path,
        folder === undefined ? {} : { allowRefFolders: [join(corpusFolder, folder)] },
      );
      expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
      expect(diagnostics.filter(({ code, line }) => code === "refused-reference" || line === undefined)).toEqual([]);
      expect(root["openapi"]).toBe("3.2.0");
      const { schemas, references } = schemasOf(root);
      expect(
        [...references].filter((text) => !text.startsWith("#/") || valueAt(root, text.slice(1)) === undefined),
      ).toEqual([]);
      const outdated = schemas.filter(
        (schema) =>
          own(schema, "nullable") !== undefined ||
          typeof own(schema, "exclusiveMinimum") === "boolean" ||
          typeof own(schema, "exclusiveMaximum") === "boolean" ||
          ownString(schema, "discriminator") !== undefined,
      );
      expect(outdated).toEqual([]);
      expect(depthOf(root)).toBeLessThanOrEqual(200);
    });
  });

  describe("broken documents are told what is wrong, and where", () => {
    test.each(Object.entries(invalid))("%s", async (file, { fatal, found }) => {
      const path = join(corpusFolder, "invalid", file);
      const diagnostics = fatal ? await faultsOf(() => loadDocument(path)) : (await loadDocument(path)).diagnostics;
      const shown = diagnostics.map(({ line, code, message }) => `${line ?? "-"} ${code}: ${message}`);
      expect(shown).toEqual(found.map((pattern) => expect.stringMatching(pattern)));
      for (const diagnostic of diagnostics) expect(diagnostic.file).toBe(path);
    });

    test("none is left out", () => {
      const files = invalidDocuments().map(({ file }) => file);
      expect(Object.keys(invalid).sort()).toEqual(files.map((file) => file.slice("invalid/".length)).sort());
    });
  });
}

function depthOf(value: Json): number {
  if (isArray(value)) return 1 + value.reduce<number>((deepest, element) => Math.max(deepest, depthOf(element)), 0);
  if (isObject(value))
    return 1 + Object.values(value).reduce<number>((deepest, member) => Math.max(deepest, depthOf(member)), 0);
  return 0;
}
