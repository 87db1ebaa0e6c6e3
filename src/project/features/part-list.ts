import { featureOf, type FeatureSet } from "./features.ts";

/** Where a project lists the optional parts of the runtime that it has: on any host, and on its own. */
export const partListPaths: readonly string[] = ["src/generated/parts.ts", "src/generated/index.ts"];

/** The list without the lines of parts that a server does not have. */
export function listedParts(text: string, features: FeatureSet): string {
  const isThere = (line: string): boolean => {
    const [, file] = /import\("\.\.\/(runtime\/[^"]+)\.js"\)/.exec(line) ?? [];
    const feature = file === undefined ? undefined : featureOf(`src/${file}.ts`);
    return feature === undefined || features.has(feature);
  };
  return text.split("\n").filter(isThere).join("\n").replace("{\n};", "{};");
}
