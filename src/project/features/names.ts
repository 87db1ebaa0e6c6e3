/** The optional parts of an emitted server by name, and how an owner asks for one. */

/** In the order of the alphabet. */
export const featureNames = [
  "audit",
  "authorization",
  "cache",
  "compose",
  "credentials",
  "discovery",
  "files",
  "jmespath",
  "jobs",
  "jsonpath",
  "kubernetes",
  "lambda",
  "metrics",
  "mock",
  "multipart",
  "oauth",
  "pages",
  "policy",
  "prompts",
  "proxy",
  "redis",
  "resources",
  "shape",
  "sse",
  "strict",
  "telemetry",
  "toolsets",
  "worker",
  "workflows",
  "xml",
] as const;

export type FeatureName = (typeof featureNames)[number];

/** A part to have, or, with `no-` before it, one to leave out. */
export type FeatureWish = FeatureName | `no-${FeatureName}`;

export const featureWishes: readonly FeatureWish[] = featureNames.flatMap((name) => [name, `no-${name}` as const]);

/** What a list of wishes says of a part: the last word counts; `undefined` where there is none. */
export function wishFor(name: FeatureName, wishes: readonly string[]): boolean | undefined {
  const last = wishes.findLast((wish) => wish === name || wish === `no-${name}`);
  return last === undefined ? undefined : last === name;
}
