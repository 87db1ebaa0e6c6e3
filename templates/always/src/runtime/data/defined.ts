/** The members that have a value; `undefined` where one has none. */
type Defined<Members> = {
  [
    Name in keyof Members as undefined extends Members[Name] ? Name : never
  ]?: Exclude<Members[Name], undefined>;
} & {
  [
    Name in keyof Members as undefined extends Members[Name] ? never : Name
  ]: Members[Name];
};

/**
 * The given members without those that are undefined, in their order. What is absent is then absent, and not there with
 * the value `undefined`: so it is printed, compared and counted alike wherever a value comes from.
 */
export function defined<Members extends object>(
  members: Members,
): Defined<Members> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(members))
    if (value !== undefined) kept[name] = value;
  return kept as Defined<Members>;
}
