/** Whether the parameters of a request are what their schemas allow, where the reader found them at their places. */
import type { DocumentParameter } from "./document.ts";
import type { GivenParameter } from "./read-parameters.ts";
import { textTree, typed } from "./read-typed.ts";
import type { Complaint, SchemaCheck } from "./schema-check.ts";

/** Complaints by `in name` of the parameter; none for what is as it should be. */
export function parameterComplaints(
  given: readonly GivenParameter[],
  check: SchemaCheck,
): ReadonlyMap<string, readonly Complaint[]> {
  const found = new Map<string, readonly Complaint[]>();
  for (const { parameter, value } of given) {
    const complaints = complaintsOf(parameter, value, check);
    if (complaints.length > 0) found.set(placeOf(parameter), complaints);
  }
  return found;
}

/** Header names have no case (RFC 9110 §5.1). */
export function placeOf({ in: place, name }: Pick<DocumentParameter, "in" | "name">): string {
  return `${place} ${place === "header" ? name.toLowerCase() : name}`;
}

function complaintsOf(
  parameter: DocumentParameter,
  value: GivenParameter["value"],
  check: SchemaCheck,
): readonly Complaint[] {
  const { schema, mediaType, required, allowEmptyValue } = parameter;
  const absent: readonly Complaint[] = required
    ? [{ place: [], keyword: "required", message: "the parameter is required" }]
    : [];
  if (value === undefined) return absent;
  if (mediaType !== undefined) return /json/.test(mediaType) ? check.complaints(schema, value) : [];
  const tree = textTree(value);
  if (tree === undefined) return absent;
  if (tree === "" && allowEmptyValue) return [];
  return check.complaints(schema, typed(tree, schema === undefined ? [] : [schema], check));
}
