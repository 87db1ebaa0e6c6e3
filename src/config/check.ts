/** Holds a value of the configuration file against its shape. */
import { type Json, type JsonObject, isArray, isObject, own, pointerTo } from "../base/json.ts";
import { nearestName } from "../base/suggest.ts";
import { visible } from "../base/visible.ts";
import type { Report } from "../base/diagnostics.ts";
import { type Field, type Shape, shapeInWords } from "./shape.ts";

/** Reports, at its pointer, everything about a value that is not of its shape. */
export function checkShape(value: Json, shape: Shape, pointer: string, report: Report): void {
  const wrong = (need: string): void =>
    report({
      code: "invalid-configuration",
      pointer,
      message: `${subject(pointer)} needs ${need}${"secret" in shape ? "" : `, not ${shown(value)}`}`,
    });
  switch (shape.kind) {
    case "any":
      return;
    case "text":
      if (typeof value !== "string" || value === "") wrong(shapeInWords(shape));
      else if (shape.pattern !== undefined && !new RegExp(shape.pattern).test(value)) wrong(shapeInWords(shape));
      return;
    case "choice": {
      if (typeof value === "string" && shape.of.includes(value)) return;
      const near = typeof value === "string" ? nearestName(value, shape.of) : undefined;
      return wrong(`${shape.what}${near === undefined ? "" : `, such as "${near}"`}`);
    }
    case "number":
      if (typeof value !== "number" || value <= 0) wrong(shapeInWords(shape));
      return;
    case "boolean":
      if (typeof value !== "boolean" || (shape.only !== undefined && value !== shape.only)) wrong(shapeInWords(shape));
      return;
    case "list":
      if (!isArray(value) || value.length < (shape.least ?? 0)) return wrong(shapeInWords(shape));
      value.forEach((item, index) => checkShape(item, shape.of, pointerTo(pointer, index), report));
      return;
    case "names":
      if (!isObject(value)) return wrong("an object");
      for (const key of Object.keys(value))
        checkShape(own(value, key) ?? null, shape.of, pointerTo(pointer, key), report);
      return;
    case "fields":
      if (!isObject(value)) return wrong("an object");
      return checkFields(value, shape.fields, shape.least ?? 0, pointer, report);
    case "either": {
      const fitting = shape.of.find((option) => isOfType(value, option));
      return fitting === undefined ? wrong(shapeInWords(shape)) : checkShape(value, fitting, pointer, report);
    }
    default:
      shape satisfies never;
  }
}

function checkFields(
  value: JsonObject,
  fields: readonly Field[],
  least: number,
  pointer: string,
  report: Report,
): void {
  const names = fields.map(({ key }) => key);
  for (const key of Object.keys(value)) {
    const field = fields.find((candidate) => candidate.key === key);
    const member = own(value, key) ?? null;
    if (field !== undefined) checkShape(member, field.shape, pointerTo(pointer, key), report);
    else reportUnknown(key, names, pointer, report);
  }
  for (const { key, required } of fields) {
    if (required === true && !Object.hasOwn(value, key))
      report({ code: "invalid-configuration", pointer, message: `${subject(pointer)} needs the key "${key}"` });
  }
  if (Object.keys(value).length < least)
    report({ code: "invalid-configuration", pointer, message: `${subject(pointer)} needs one of ${names.join(", ")}` });
}

function reportUnknown(key: string, names: readonly string[], pointer: string, report: Report): void {
  const near = nearestName(key, names);
  const hint = near === undefined ? `known are ${names.join(", ")}` : `did you mean "${near}"?`;
  const place = pointer === "" ? "no key of the configuration" : `no key of ${subject(pointer)}`;
  report({
    code: "unknown-key",
    pointer: pointerTo(pointer, key),
    message: `"${visible(key)}" is ${place}; ${hint}`,
  });
}

function isOfType(value: Json, shape: Shape): boolean {
  switch (shape.kind) {
    case "any":
      return true;
    case "text":
    case "choice":
      return typeof value === "string";
    case "number":
      return typeof value === "number";
    case "boolean":
      return typeof value === "boolean";
    case "list":
      return isArray(value);
    case "names":
    case "fields":
      return isObject(value);
    case "either":
      return shape.of.some((option) => isOfType(value, option));
    default:
      return shape satisfies never;
  }
}

function subject(pointer: string): string {
  return pointer === ""
    ? "The configuration"
    : `"${visible(pointer.slice(1).replaceAll("~1", "/").replaceAll("~0", "~"))}"`;
}

function shown(value: Json): string {
  if (isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (isObject(value)) return "an object";
  if (value === "") return "an empty text";
  return visible(JSON.stringify(value));
}
