import { shownAddress } from "../base/address.ts";
import type { Diagnostic, DiagnosticCode } from "../base/diagnostics.ts";
import { pointerTo } from "../base/json.ts";
import { visible } from "../base/visible.ts";
import type { ReferencePlace } from "./references.ts";
import { located, type SourceFile } from "./source-file.ts";

/** A place that refers to another, and where it stands. */
export interface ReferenceSite extends ReferencePlace {
  readonly file: SourceFile;
  readonly pointer: string;
}

/** A reference that is not followed, with those that are not for the same reason. */
interface ReferenceFault {
  readonly code: DiagnosticCode;
  /** In words that follow the text of the reference. */
  readonly reason: string;
  readonly site: ReferenceSite;
  readonly texts: Set<string>;
  /** Folders that would have to be allowed. */
  readonly folders: Set<string>;
  count: number;
}

/** The references of a document that are not followed. */
export class ReferenceFaults {
  readonly #faults = new Map<string, ReferenceFault>();

  /**
   * @param reason in words that follow the text of the reference
   * @param folder that would have to be allowed
   */
  add(site: ReferenceSite, code: DiagnosticCode, reason: string, folder?: string): void {
    // What the owner decides once is told once, however many references it is about.
    const key =
      code === "refused-reference" || code === "unsupported-reference"
        ? `${code} ${reason}`
        : `${code} ${site.file.name} ${site.text}`;
    const fault = this.#faults.get(key) ?? { code, reason, site, texts: new Set(), folders: new Set(), count: 0 };
    this.#faults.set(key, fault);
    fault.count += 1;
    fault.texts.add(site.text);
    if (folder !== undefined) fault.folders.add(folder);
  }

  /** Each at the first reference that it is about. */
  diagnostics(): readonly Diagnostic[] {
    return [...this.#faults.values()].map((fault) =>
      located(fault.site.file, pointerTo(fault.site.pointer, fault.site.key), fault.code, faultMessage(fault)),
    );
  }
}

function faultMessage({ reason, site, texts, folders, count }: ReferenceFault): string {
  const others = texts.size - 1;
  const more =
    others > 0
      ? ` (nor ${others === 1 ? "is another one" : `are ${others} others`}; used ${count} times in all)`
      : count > 1
        ? ` (used ${count} times)`
        : "";
  const flags = [...folders].sort().map((folder) => `--allow-ref-folder ${visible(folder)}`);
  const shown = flags.length > 5 ? [...flags.slice(0, 5), "…"] : flags;
  return `The reference "${visible(shownAddress(site.text))}" ${reason}${more}${flags.length === 0 ? "" : `. To read ${others > 0 ? "them" : "it"}: ${shown.join(" ")}`}`;
}
