/** The options of a run. Each stage declares those that it takes; `GenerateOptions` composes them. */
import type { JsonObject } from "../base/json.ts";
import type { ServerOptions } from "../mcp/build.ts";
import type { PolicyWish } from "../mcp/policy/wish.ts";
import type { ReadOptions } from "../document/load.ts";
import type { RuntimeMode } from "../project/runtime-mode.ts";
import type { FeatureWish } from "../project/features/names.ts";
import type { SettingPlaces } from "./places.ts";
import type { Lock } from "../lock/lock.ts";
import type { WorkflowSource } from "./workflows.ts";

/** What `generate()` takes. */
export interface GenerateOptions
  extends ReadOptions, Omit<ServerOptions, "withoutResources" | "withoutPrompts" | "workflowWishes"> {
  /** Each is an API of the server: a path, an http(s) URL, `-` for standard input, or one of these with more to say. */
  readonly inputs: readonly (string | DocumentInput)[];
  /** What a new project's configuration file names as input, where that differs: paths relative to the project. */
  readonly recordedInputs?: readonly string[];
  /** What a new project's configuration file says, in its own keys; default: these options, but for curation. */
  readonly recorded?: JsonObject;
  /** Overlays for every input, in the order in which they are applied, before the input's own; default none. */
  readonly overlays?: readonly string[];
  /** Arazzo documents, each workflow of which becomes a tool, as paths or URLs, and single workflows; default none. */
  readonly workflows?: readonly WorkflowSource[];
  /** Folder with templates of the user's that lie over those of this package, by path; default none. */
  readonly templates?: string;
  /**
   * Origins, such as `https://api.example.com`, that credentials may go to by default: a document that names another one
   * is refused. Default: what the documents name.
   */
  readonly credentialHosts?: readonly string[];
  /** Where the runtime is: among the project's files, or in a package that it depends on. Default: `vendored`. */
  readonly runtime?: RuntimeMode;
  /** Optional parts that the server shall have, or with `no-` before them shall not; default: what its documents need. */
  readonly features?: readonly FeatureWish[];
  /** What callers may do; default: what scopes say. */
  readonly policy?: PolicyWish;
  /** Estimated tokens that the list of the server, and of each toolset, may cost: more is an error. Default: no limit. */
  readonly maxCost?: number;
  /** Where in a configuration file these options stand, for what is wrong with one of them; default: on the command line. */
  readonly places?: SettingPlaces;
  /** The lock of the project as it is: names stay as it has them. Default none, as for a new project. */
  readonly lock?: Lock;
}

/** A document, and what holds of it alone. */
export interface DocumentInput {
  /** Path, http(s) URL, or `-` for standard input. */
  readonly document: string;
  /** Name of the API within the server; default: from the document. */
  readonly name?: string;
  /** Overlays for this document only, in the order in which they are applied; default none. */
  readonly overlays?: readonly string[];
  /** Headers to fetch it with, besides `GenerateOptions.headers`; sent to its origin only. */
  readonly headers?: readonly string[];
}
