/** The user's templates over those of this package: which counts, which was replaced, and what changed since. */
import { defined } from "../base/defined.ts";
import { type Diagnostic, diagnosticAt } from "../base/diagnostics.ts";
import { sha256 } from "../base/hash.ts";
import type { LockedTemplate } from "../lock/lock.ts";
import { visible } from "../base/visible.ts";
import type { FeatureSet } from "./features/features.ts";
import { allTemplates, loadTemplates, oneForEachPath, type TemplateFile, withFeatures } from "./template-files.ts";
import { unifiedDifference } from "./unified-difference.ts";
import { shownPath, type UserTemplates } from "./user-templates.ts";

export interface TemplateOverrides {
  /** The files to emit, sorted by path. */
  readonly templates: readonly TemplateFile[];
  /** Those of the user's, for the lock, sorted by path. */
  readonly locked: readonly LockedTemplate[];
  /** `changed-template`: a template of ours that the user replaced is no longer what it was then. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The templates that count. A file of the user's replaces every one of ours with the same path in the project; among
 * the user's, one below `oauth/` lies over the others, as among ours.
 *
 * @param given the user's folder as it was named
 * @param former the user's templates in the lock of the former run
 */
export function overrideTemplates(
  users: UserTemplates,
  given: string,
  features: FeatureSet,
  former: readonly LockedTemplate[] = [],
): TemplateOverrides {
  const ours = new Map(loadTemplates(features).map((file) => [file.path, file]));
  const theirs = oneForEachPath(withFeatures(users.files, features));
  const bySource = new Map(allTemplates().map((file) => [file.source, file]));
  const replaced = theirs.map((file) =>
    replacement(file, bySource.get(file.source) ?? ours.get(file.path), users, former),
  );
  const templates = new Map([...ours, ...theirs.map((file) => [file.path, file] as const)]);
  return {
    templates: [...templates.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
    locked: replaced.map(({ entry }) => entry).sort((a, b) => (a.path < b.path ? -1 : 1)),
    diagnostics: replaced.flatMap((item) => changedTemplate(item, given)),
  };
}

interface Replacement {
  readonly entry: LockedTemplate;
  /** The template of ours with this path now. */
  readonly now: TemplateFile | undefined;
  /** Its text when the user's was made, where that was kept. */
  readonly original: string | undefined;
}

function replacement(
  file: TemplateFile,
  now: TemplateFile | undefined,
  users: UserTemplates,
  former: readonly LockedTemplate[],
): Replacement {
  const user = sha256(file.text);
  const original = users.originals.get(now?.source ?? file.source);
  // As long as the user's file stays as it is, it was made of the template that it was made of.
  const known = former.find((entry) => entry.path === file.source && entry.user === user)?.base;
  const base =
    original === undefined ? (known ?? (now === undefined ? undefined : sha256(now.text))) : sha256(original);
  return { entry: { path: file.source, user, ...defined({ base }) }, now, original };
}

function changedTemplate({ entry, now, original }: Replacement, given: string): readonly Diagnostic[] {
  if (entry.base === undefined || (now !== undefined && sha256(now.text) === entry.base)) return [];
  const file = shownPath(given, entry.path);
  if (now === undefined)
    return [diagnosticAt("changed-template", file, `The generator has no template "${visible(entry.path)}" any more`)];
  const difference = original === undefined ? [] : unifiedDifference(original, now.text);
  const message = `The generator's own template "${now.source}" changed since yours was made of it`;
  return [
    diagnosticAt("changed-template", file, [message, ...difference.map((line) => `    ${visible(line)}`)].join("\n")),
  ];
}
