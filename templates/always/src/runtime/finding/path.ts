/** The segments of a path template, without the format that one may end with; those with a variable hold a `{`. */
export function segmentsOf(path: string): readonly string[] {
  return path
    .split("/")
    .map((segment) => segment.replace(/\.(?:json|xml)$/, ""))
    .filter((segment) => segment !== "");
}

export function isVariable(segment: string): boolean {
  return segment.includes("{");
}
