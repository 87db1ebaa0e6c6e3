import type { ServerModel } from "../../mcp/model.ts";
import type { Dependency } from "../dependency.ts";
import type { FeatureName } from "./names.ts";

/**
 * An optional part of an emitted server: what is there in a server that has it, and in no other. Settings of the runtime
 * say in their own table which part reads them.
 */
export interface Feature {
  readonly name: FeatureName;
  /** Paths in the emitted project, a folder with `/` at its end. The first of them tells whether a project has it. */
  readonly files: readonly [string, ...string[]];
  readonly dependencies: readonly Dependency[];
  /** Parts that a server with this one has, too, unless its owner says no. Default: none. */
  readonly brings?: readonly FeatureName[];
  /** Parts whose files its own import: a server that has it has those, too. Default: none. */
  readonly restsOn?: readonly FeatureName[];
  /** Whether the server cannot do without, as its documents are. */
  neededBy(model: ServerModel): boolean;
  /** Whether its owner wants it anyway. @param wish what the configuration says; `undefined`: nothing */
  wantedBy(wish: boolean | undefined): boolean;
  /** Whether every server had it before parts were optional. Default `false`. */
  readonly wasInAll?: true;
  /** Whether files of the owner's may rest on it: then it stays where it is, until the configuration says otherwise. */
  readonly stays: boolean;
}

/** Only those who ask for it get what no document needs. */
export function ifAsked(wish: boolean | undefined): boolean {
  return wish === true;
}
