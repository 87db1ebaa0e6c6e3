/** What the configuration accepts of the findings: a document that is not the owner's is not theirs to correct. */
import { resolve } from "node:path";
import { isRemote, shownAddress } from "../base/address.ts";
import type { Acceptance } from "../config/read.ts";
import { type Diagnostic, diagnosticAt } from "../base/diagnostics.ts";
import { pathGlob } from "../mcp/curation/glob.ts";
import { visible } from "../base/visible.ts";

/** Findings, those apart that are accepted. */
export interface Judged {
  /** What is to be told, among it entries that accept nothing. */
  readonly diagnostics: readonly Diagnostic[];
  readonly accepted: readonly Diagnostic[];
}

/** Divides findings by what the owner accepts. */
export function judge(diagnostics: readonly Diagnostic[], acceptances: readonly Acceptance[], cwd: string): Judged {
  const entries = acceptances.map((entry) => ({ entry, fits: fitting(entry, cwd) }));
  const isAccepted = (diagnostic: Diagnostic): boolean => entries.some(({ fits }) => fits(diagnostic));
  const unused = entries
    .filter(({ fits }) => !diagnostics.some(fits))
    .map(({ entry: { code, pointer, place } }) => {
      const where = pointer === undefined ? "" : ` at ${visible(pointer)}`;
      return diagnosticAt(
        "unused-acceptance",
        place.file,
        `The entry accepts nothing: no ${code}${where} is found`,
        place,
      );
    });
  return {
    diagnostics: [...diagnostics.filter((diagnostic) => !isAccepted(diagnostic)), ...unused],
    accepted: diagnostics.filter(isAccepted),
  };
}

function fitting({ code, pointer, document }: Acceptance, cwd: string): (diagnostic: Diagnostic) => boolean {
  const fits = pointer === undefined ? () => true : pathGlob(pointer);
  const place = (address: string): string => (isRemote(address) ? shownAddress(address) : resolve(cwd, address));
  return (found) =>
    found.code === code && fits(found.pointer) && (document === undefined || place(document) === place(found.file));
}
