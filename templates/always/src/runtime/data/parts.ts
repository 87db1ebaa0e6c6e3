import type { AuthorityParts, ProxyParts } from "../access/authority.js";
import type { PolicyParts } from "../tools/tool-parts.js";
import type { AnswerParts, StepParts } from "../call/call.js";
import type { WatcherParts } from "../call/watcher.js";
import type { CredentialParts } from "../access/caller-credentials.js";
import type { CapabilityParts } from "../mcp/capability.js";
import type { EventRouteParts } from "../http/mcp-route.js";
import type { BodyWriters } from "../request/body-writer.js";
import type { FileParts } from "../request/file-argument.js";
import type { StoreParts } from "../store/store.js";
import type {
  DiscoveryPart,
  StrictPart,
  JobsPart,
  WorkflowPart,
  JsonPathPart,
  ToolsetPart,
} from "../tools/tool-parts.js";

/**
 * The optional parts of the runtime that a server has, as `src/generated/parts.ts` lists them: what its documents and
 * its owner's configuration need. Each is loaded when it is first needed.
 */
export interface Parts
  extends
    AnswerParts,
    AuthorityParts,
    CredentialParts,
    ProxyParts,
    BodyWriters,
    FileParts,
    CapabilityParts,
    EventRouteParts,
    StepParts,
    StoreParts,
    WatcherParts {
  /** Decides what callers may do. */
  readonly policy?: PolicyParts["policy"];
  /** Finds operations that are not listed. */
  readonly discovery?: () => Promise<DiscoveryPart>;
  /** Lists tools in the form of a strict mode. */
  readonly strict?: () => Promise<StrictPart>;
  /** Runs workflows. */
  readonly workflows?: () => Promise<WorkflowPart>;
  /** Follows work that goes on after an answer. */
  readonly jobs?: () => Promise<JobsPart>;
  /** Reads JSONPath, for workflows. */
  readonly jsonpath?: () => Promise<JsonPathPart>;
  /** Serves parts of the server by themselves. */
  readonly toolsets?: () => Promise<ToolsetPart>;
}
