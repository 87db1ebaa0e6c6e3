/** Which standard a document follows, and what it is where it follows none. */
import type { Finding } from "../base/diagnostics.ts";
import { isObject, own, type Json } from "../base/json.ts";
import { visible } from "../base/visible.ts";
import { whatItSeems } from "./other-value.ts";

/** The shape of a document: 3.1 and later share one. */
export type Shape = "2.0" | "3.0" | "3.1";

export type Recognition =
  | { readonly kind: "openapi"; readonly shape: Shape; readonly findings: readonly Finding[] }
  | { readonly kind: "other"; readonly finding: Finding };

/** The version that a document states (OpenAPI §4.8.1, Swagger 2.0 Swagger Object), read with some tolerance. */
export function recognise(value: Json | undefined): Recognition {
  if (value === undefined) return other("The document is empty");
  const key = ["openapi", "swagger"].find((name) => own(value, name) !== undefined);
  if (!isObject(value) || key === undefined) return other(whatItSeems(value));
  const stated = value[key];
  const pointer = `/${key}`;
  const text = typeof stated === "number" ? stated.toFixed(1) : stated;
  const parts = typeof text === "string" ? /^\s*v?(\d+)(?:\.(\d+))?/.exec(text) : null;
  const shown = visible(typeof stated === "string" ? stated : (JSON.stringify(stated) ?? ""));
  if (parts === null)
    return {
      kind: "other",
      finding: { code: "unsupported-version", pointer, message: `"${key}: ${shown}" is not a version` },
    };
  const major = Number(parts[1]);
  const minor = Number(parts[2] ?? "0");
  const findings: Finding[] = [];
  if (typeof stated === "number")
    findings.push({
      code: "invalid-document",
      pointer,
      message: `The version ${shown} is a number and should be a string in quotes`,
    });
  if (major < 2)
    return {
      kind: "other",
      finding: { code: "unsupported-version", pointer, message: `Version ${shown} of Swagger is too old to be read` },
    };
  if ((key === "swagger") !== (major === 2))
    findings.push({
      code: "invalid-document",
      pointer,
      message: `Version ${shown} is stated by "${key}", not by "${major === 2 ? "swagger" : "openapi"}"`,
    });
  if (major > 3 || (major === 3 && minor > 2))
    findings.push({ code: "newer-version", pointer, message: `Version ${shown} is newer than this generator` });
  return { kind: "openapi", shape: major === 2 ? "2.0" : major === 3 && minor === 0 ? "3.0" : "3.1", findings };
}

function other(message: string): Recognition {
  return { kind: "other", finding: { code: "not-openapi", pointer: "", message } };
}
