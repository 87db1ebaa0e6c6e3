/** Whether what was read is what was given, where the wire knows only text. */
import { type Json, isArray, isObject, own } from "../../src/base/json.ts";

/** Undefined in the sense of RFC 6570 §2.3: nothing of it has to arrive. */
export function isEmptyValue(value: Json | undefined): boolean {
  if (value === undefined || value === null) return true;
  if (isArray(value)) return value.every(isEmptyValue);
  return isObject(value) && Object.values(value).every(isEmptyValue);
}

/** A single value as text, or anything else as JSON text. */
export function sameText(text: string, value: Json | undefined): boolean {
  if (value === undefined || value === null) return text === "" || text === "null";
  if (typeof value === "string") return text === value || parsed(text) === value;
  if (typeof value === "number") return text !== "" && Number(text) === value;
  if (typeof value === "boolean") return text === String(value);
  const read = parsed(text);
  return read !== undefined && sameJson(read, value);
}

/** A tree of texts against a value; nested structures may have come as JSON text. */
export function sameValue(read: Json | undefined, value: Json | undefined): boolean {
  if (isEmptyValue(value)) return readsEmpty(read);
  if (typeof read === "string") return sameText(read, value);
  if (isArray(value)) {
    const defined = value.filter((member) => !isEmptyValue(member));
    const found = isArray(read) ? read.filter((member) => !isEmptyValue(member)) : [];
    return found.length === defined.length && defined.every((member, index) => sameValue(found[index], member));
  }
  // `a[0]=x` reads as a list, also where it was the property "0" of an object.
  if (isObject(value)) return isObject(read) || isArray(read) ? sameMembers(read, value) : false;
  return isArray(read) && read.length === 1 && sameValue(read[0], value);
}

/** Of an empty structure nothing has to arrive, and JSON text of it, or of what it holds, may. */
function readsEmpty(read: Json | undefined): boolean {
  if (isArray(read)) return read.every(readsEmpty);
  if (isObject(read)) return Object.values(read).every(readsEmpty);
  if (typeof read !== "string") return isEmptyValue(read);
  const written = parsed(read);
  return read === "" || ((isArray(written) || isObject(written)) && isEmptyValue(written));
}

function sameMembers(read: Json, value: Json): boolean {
  const keys = isObject(value) ? Object.keys(value).filter((key) => !isEmptyValue(own(value, key))) : [];
  return keys.every((key) => sameValue(isArray(read) ? read[Number(key)] : own(read, key), own(value, key)));
}

/** Equal as JSON values, without regard to the order of members. */
export function sameJson(read: Json | undefined, value: Json | undefined): boolean {
  if (isArray(value))
    return (
      isArray(read) && read.length === value.length && value.every((member, index) => sameJson(read[index], member))
    );
  if (isObject(value)) {
    if (!isObject(read)) return false;
    const keys = Object.keys(value);
    return (
      keys.length === Object.keys(read).length &&
      keys.every((key) => Object.hasOwn(read, key) && sameJson(read[key], value[key]))
    );
  }
  return read === value;
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
