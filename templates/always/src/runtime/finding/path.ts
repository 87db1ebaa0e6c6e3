/** The segments of a path template; those with a variable hold a `{`. */
export function segmentsOf(path: string): readonly string[] {
  return path.split("/").filter((segment) => segment !== "");
}

export function isVariable(segment: string): boolean {
  return segment.includes("{");
}
