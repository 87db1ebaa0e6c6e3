/** Which optional parts a server has, and what belongs to them. */
import type { ServerModel } from "../../mcp/model.ts";
import type { Lock } from "../../lock/lock.ts";
import type { Feature } from "./feature.ts";
import { audit } from "./audit.ts";
import { authorization } from "./authorization.ts";
import { cache } from "./cache.ts";
import { compose } from "./compose.ts";
import { credentials } from "./credentials.ts";
import { discovery } from "./discovery.ts";
import { files } from "./files.ts";
import { jmespath } from "./jmespath.ts";
import { jobs } from "./jobs.ts";
import { jsonpath } from "./jsonpath.ts";
import { kubernetes } from "./kubernetes.ts";
import { lambda } from "./lambda.ts";
import { metrics } from "./metrics.ts";
import { mock } from "./mock.ts";
import { multipart } from "./multipart.ts";
import { type FeatureName, featureNames, wishFor } from "./names.ts";
import { oauth } from "./oauth.ts";
import { pages } from "./pages.ts";
import { policy } from "./policy.ts";
import { prompts } from "./prompts.ts";
import { proxy } from "./proxy.ts";
import { redis } from "./redis.ts";
import { resources } from "./resources.ts";
import { shape } from "./shape.ts";
import { sse } from "./sse.ts";
import { strict } from "./strict.ts";
import { telemetry } from "./telemetry.ts";
import { toolsets } from "./toolsets.ts";
import { worker } from "./worker.ts";
import { workflows } from "./workflows.ts";
import { xml } from "./xml.ts";

/** Every optional part, by name. */
export const features: readonly Feature[] = [
  audit,
  authorization,
  cache,
  compose,
  credentials,
  discovery,
  files,
  jmespath,
  jobs,
  jsonpath,
  kubernetes,
  lambda,
  metrics,
  mock,
  multipart,
  oauth,
  pages,
  policy,
  prompts,
  proxy,
  redis,
  resources,
  shape,
  sse,
  strict,
  telemetry,
  toolsets,
  worker,
  workflows,
  xml,
];

export type FeatureSet = ReadonlySet<FeatureName>;

/** What a server with everything has. */
export const allFeatures: FeatureSet = new Set(features.map(({ name }) => name));

/**
 * The parts that a server has: those that its documents need, those that its owner wants, and those that the project
 * has already and that files of the owner's may rest on.
 *
 * @param wishes what the owner says, such as `redis` and `no-mock`
 * @param former the lock of the project as it is
 */
export function featuresOf(
  model: ServerModel,
  wishes: readonly string[] = [],
  former?: Pick<Lock, "files" | "parts">,
): FeatureSet {
  const wasHad = former === undefined ? () => false : hadBy(former);
  const isHad = (feature: Feature): boolean => {
    const wish = wishFor(feature.name, wishes);
    const stays = wish === undefined && feature.stays && wasHad(feature);
    return feature.neededBy(model) || feature.wantedBy(wish) || stays;
  };
  const chosen = features.filter(isHad);
  const brought = chosen.flatMap(({ brings = [] }) => brings).filter((name) => wishFor(name, wishes) !== false);
  const had = [...chosen.flatMap(({ name, restsOn = [] }) => [name, ...restsOn]), ...brought];
  return new Set(featureNames.filter((name) => had.includes(name)));
}

/** Every project since parts are optional has it, unless its runtime is in a package: then its lock names the parts. */
const sincePartsAreOptional = "src/runtime/data/parts.ts";

/** Whether the project of a lock has a part. */
function hadBy({ files, parts }: Pick<Lock, "files" | "parts">): (feature: Feature) => boolean {
  const paths = new Set(files.map(({ path }) => path));
  const isThere = (first: string): boolean =>
    first.endsWith("/") ? files.some(({ path }) => path.startsWith(first)) : paths.has(first);
  const isOlder = parts === undefined && !paths.has(sincePartsAreOptional);
  return (feature) =>
    parts?.includes(feature.name) ?? (isThere(feature.files[0]) || (isOlder && feature.wasInAll === true));
}

/** Parts that the owner does not want, and that the documents need. */
export function refusedFeatures(model: ServerModel, wishes: readonly string[]): readonly FeatureName[] {
  return features
    .filter((feature) => wishFor(feature.name, wishes) === false && feature.neededBy(model))
    .map(({ name }) => name);
}

/** By the paths of their files and folders, the parts that have them. */
const byPath = new Map(features.flatMap(({ files, name }) => files.map((path) => [path, name] as const)));

/** The part that a file of the emitted project belongs to; `undefined` for one that every server has. */
export function featureOf(path: string): FeatureName | undefined {
  let found = byPath.get(path);
  for (let end = path.lastIndexOf("/"); found === undefined && end > 0; end = path.lastIndexOf("/", end - 1))
    found = byPath.get(path.slice(0, end + 1));
  return found;
}
