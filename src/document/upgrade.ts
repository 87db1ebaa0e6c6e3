import type { Report } from "../base/diagnostics.ts";
import { isObject, own, type JsonObject } from "../base/json.ts";
import { visible } from "../base/visible.ts";
import { mergeBesideReferences } from "./beside-references.ts";
import { reportFieldTypes } from "./field-types.ts";
import { ownObject, writable, type MutableObject } from "./mutable.ts";
import { upgradeSwagger } from "./upgrade-2.0.ts";
import { upgradeSchemas } from "./upgrade-3.0.ts";
import { recognise, type Shape } from "./version.ts";

/** What every upgraded document says of itself. */
const upgradedVersion = "3.2.0";

/**
 * A document of Swagger 2.0 or OpenAPI 3.x in the shape of OpenAPI 3.2, with the schemas of JSON Schema 2020-12. Its
 * references are resolved: they start with `#/`. The value is changed in place and returned, so it must be the caller's
 * alone; no file, clock or network is used. What cannot be read as a version is taken for 3.2.
 *
 * @param report receives what is wrong, at pointers into the upgraded document
 * @param moves receives, by new pointer, the old pointer of what was moved
 */
export function upgradeDocument(value: JsonObject, report: Report, moves: Map<string, string> = new Map()): JsonObject {
  const recognition = recognise(value);
  const shape: Shape = recognition.kind === "openapi" ? recognition.shape : "3.1";
  if (recognition.kind === "openapi") recognition.findings.forEach(report);
  moves.set("/openapi", Object.hasOwn(value, "openapi") ? "/openapi" : "/swagger");
  const root = writable(value);
  mendRoot(root, report);
  mergeBesideReferences(root, moves);
  switch (shape) {
    case "2.0":
      upgradeSwagger(root, report, moves);
      upgradeSchemas(root, false);
      break;
    case "3.0":
      upgradeSchemas(root, false);
      break;
    case "3.1":
      upgradeSchemas(root, true);
      break;
    default:
      shape satisfies never;
  }
  delete root["swagger"];
  root["openapi"] = upgradedVersion;
  reportFieldTypes(root, report);
  return root;
}

/** Faults of the document as a whole that every later step would stumble over. */
function mendRoot(root: MutableObject, report: Report): void {
  const paths = own(root, "paths");
  if (!isObject(paths)) {
    if (paths !== undefined && paths !== null)
      report({
        code: "invalid-document",
        pointer: "/paths",
        message: 'The field "paths" is not an object and is read as empty',
      });
    root["paths"] = {};
  }
  const info = ownObject(root, "info");
  for (const field of ["title", "version"]) {
    const text = info === undefined ? undefined : own(info, field);
    if (info === undefined || (typeof text !== "number" && typeof text !== "boolean")) continue;
    report({
      code: "invalid-document",
      pointer: `/info/${field}`,
      message: `The field "info.${field}" is ${visible(String(text))}, which should be a string in quotes`,
    });
    info[field] = String(text);
  }
}
