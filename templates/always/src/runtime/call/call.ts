/**
 * A call of a tool, as the steps that it passes know it. `steps.ts` has the steps, `src/main.ts` their order.
 * A step looks at the call, hands it on to the rest, changed or not, and may look at what comes back.
 */
import type { Authenticate } from "../access.js";
import type { Credentials } from "../credentials.js";
import type { Custom, CustomTool } from "../custom.js";
import type { Host } from "../host.js";
import type { DoorWatcher, OpenRoute } from "../http/message.js";
import type {
  Caller,
  Exchange,
  HttpRequest,
  HttpResponse,
  Presented,
} from "../upstream/http-message.js";
import type { Log } from "../log.js";
import type { PagePlan, ShapePlan } from "../data/model-parts.js";
import type { CallPlan, JsonObject, JsonValue } from "../data/model.js";
import type { RateLimiting } from "../rate-limit.js";
import type { BodyWriters } from "../request/body-writer.js";
import type {
  ReadFileResource,
  FileCaller,
  FileParts,
} from "../request/file-argument.js";
import type { KeptAnswers } from "../response/kept-answers.js";
import type { CallResult } from "../response/result.js";
import type { Sender } from "../upstream/send.js";
import type { BaseUrl } from "../upstream/servers.js";
import type { Settings } from "../settings/settings.js";
import type {
  Gate,
  OperationRow,
  ToolRow,
  ToolTable,
} from "../tools/tool-table.js";
import type { OwnRoom } from "../upstream/answer-room.js";
import type { Deadline } from "../upstream/deadline.js";
import type { SharedSecrets } from "../store/shared-secrets.js";
import type { Store } from "../store/store.js";
import type { Asking, CallNotes } from "./asking.js";
import type { Stopping } from "./stopping.js";
import type { RequestWatcher, TraceContext } from "./trace-context.js";

/** What the owner of this server decides: `src/main.ts` puts it together. */
export interface Owner {
  readonly custom: Custom;
  readonly credentials: Credentials;
  readonly rateLimiting: RateLimiting;
  /** Who calls over HTTP. Default: `byToken`. */
  readonly authenticate?: Authenticate;
  /** What instances of this server share. Default: Redis where `REDIS_URL` is set, else this process's memory. */
  readonly store?: Store;
  /** What a call passes, first to last. Default: `standardSteps`. */
  readonly steps?: readonly NamedStep[];
}

/** What decides what callers may do: `policy/policy.ts`. */
export interface Policy {
  readonly gate: Gate;
  /** Makes the step that decides about a call by its arguments. */
  check(services: StepServices): Step;
  /** Makes the step that has a request approved, or shows it in place of sending it. */
  approve(services: StepServices): Step;
  /** How long the user may take to answer. */
  readonly approvalMs: number;
  /** Pages of it. */
  readonly routes: readonly OpenRoute[];
  /** Ends what it still has to tell. */
  close(): Promise<void>;
}

/** What one process has once, for all its calls; of resources, what clients use that reach the whole server. */
export interface CallServices extends ResourceUse {
  readonly owner: Owner;
  readonly table: ToolTable;
  /** Optional parts of the runtime that requests are made with. Default: none. */
  readonly parts?: BodyWriters & FileParts & AnswerParts & StepParts;
  /** Keeps the rest of large answers; absent: it is not kept. */
  readonly kept?: Pick<KeptAnswers, "keep" | "find">;
  /** What decides what callers may do; absent: scopes alone. */
  readonly policy?: Policy;
  readonly settings: Settings;
  /** What instances of this server share. */
  readonly store: Store;
  /** Secrets among it; absent: none are shared. */
  readonly secrets?: SharedSecrets;
  readonly host: Host;
  readonly log: Log;
  /** What looks at calls from outside. Default: nothing. */
  readonly watchers?: readonly Watcher[];
}

/** What steps are made with. */
export interface StepServices extends CallServices {
  readonly stopping: Stopping;
  /** The client of the APIs, loaded when it is first asked for. */
  sender(): Promise<Sender>;
}

/** Who calls, and how to reach them while the call runs. */
export interface CallOptions {
  readonly caller: Caller;
  /** What of their request credentials of the API may be made of; absent: nothing. Hooks are not told. */
  readonly presented?: Presented;
  /** Whether their client says that its user was just sent to sign in at the API. Default: no. */
  readonly isSigningIn?: boolean;
  /** Aborted when the client cancels or goes away. */
  readonly signal: AbortSignal;
  /** The trace that it is a part of; absent: nobody says so. */
  readonly trace?: TraceContext;
  /** Tells the client that the call is still running; absent when it did not ask. */
  readonly progress?: (message: string) => void;
  /** The tool by which the client called this one, where that was another. */
  readonly via?: string;
  /** What the client reaches, where that is a toolset; absent: the whole server. */
  readonly reach?: Reach;
  /** Whether the user can be asked, and what they said. Absent: they cannot. */
  readonly asking?: Asking;
  /** What steps found out about the call that the client made, where this one is made for it. */
  readonly outer?: CallNotes;
  /** Whether the request is to be shown, and not sent. */
  readonly dryRun?: boolean;
}

/** What of the server's resources calls make use of. */
export interface ResourceUse {
  /** Reads what file arguments can name, as a caller may; absent: they can name no resource. */
  readonly resourceFiles?: (reader: FileCaller) => ReadFileResource;
  /** Whether clients can read the rest of large answers as resources, too. Default: no. */
  readonly isResourceServed?: boolean;
}

/** What is reached of a server through one of its toolsets. */
export interface Reach extends ResourceUse {
  readonly toolset: string;
}

/** How a tool is called for another one. */
export interface CallManner {
  readonly wholeText?: boolean;
  /** Whether it counts as a call by itself, with limits and a line of the log, by way of the tool that calls it. */
  readonly recorded?: true;
  /** Default: that of the call. */
  readonly signal?: AbortSignal;
  /** What it is a part of, where a workflow calls another one. */
  readonly within?: object;
  /** Whether the API has to be asked, although an answer of before is kept. */
  readonly anew?: true;
  /** Told of the answer that the result is made of, without secrets; not where a hook gives the result. */
  observe?(url: string, response: HttpResponse): void;
}

/** A tool that calls others as a client would, one after another. */
export interface WorkflowTool extends CustomTool {
  runWith(
    args: JsonObject,
    call: Pick<Call, "callTool" | "signal" | "within">,
    services: StepServices,
  ): Promise<CallResult>;
}

export function isWorkflow(tool: CustomTool): tool is WorkflowTool {
  return "runWith" in tool;
}

export interface Call
  extends CallOptions, Pick<CallManner, "observe" | "within" | "anew"> {
  readonly row: ToolRow;
  /** As the client gave them until `validate` has passed; as the hooks want them after `hooks`. */
  readonly args: JsonObject;
  /** As the client meant them, from `validate` on, whatever hooks make of them: further calls are told in their terms. */
  readonly asked?: JsonObject;
  /** Fields of the answer that the client chose, from `validate` on. */
  readonly fields?: readonly string[];
  /** Whether all text of the answer is wanted, as for a file. */
  readonly wholeText: boolean;
  /**
   * Calls another tool for the same caller, from `authorise` on: what the client asked for is one call, however many
   * tools the owner's code calls for it.
   *
   * @throws what a step throws
   */
  callTool(
    tool: string,
    args: JsonObject,
    how?: CallManner,
  ): Promise<CallResult>;
  /** What steps find out about it, for its line of the log. */
  readonly notes?: CallNotes;
  /** Whether it has to be approved before it is sent, and whether a rule of the owner's says so. */
  readonly asks?: { readonly byRule: boolean };
  /** What is sent, from `request` on. */
  readonly outgoing?: Outgoing;
  /** What the API answered, from `send` on; where a step gives it before, nothing is sent. */
  readonly response?: HttpResponse;
  /** What the steps after `send` are given of the API's answer. Absent: the answer. */
  readonly receive?: (
    response: HttpResponse,
  ) => HttpResponse | Promise<HttpResponse>;
  /** Makes the result in place of `answer`: of several answers, one. */
  readonly take?: (
    response: HttpResponse,
    outgoing: Outgoing,
  ) => CallResult | Promise<CallResult>;
}

/** A request of the API, and what `send` has to know of it. */
export interface Outgoing {
  readonly row: OperationRow;
  readonly plan: CallPlan;
  readonly baseUrl: BaseUrl;
  /** Without credentials: `send` adds them. */
  readonly request: HttpRequest;
  readonly deadline: Deadline;
  /** For the answer, until there is a result. */
  readonly room: OwnRoom;
}

/** A call of an operation's tool. */
export interface OperationCall extends Call {
  readonly row: OperationRow;
}

/** `shape/shape.ts` */
export interface ShapePart {
  /** Takes the fields that a call chooses out of its arguments. @throws ArgumentError where the answer has none such */
  chosenFields(call: OperationCall, plan: CallPlan): Promise<ChosenFields>;
  /**
   * The answer with what is to be seen of it, and a note on what is not.
   *
   * @throws ConfigurationError where it is no answer of which the owner's choice can be made
   */
  shaped(
    shape: ShapePlan,
    fields: readonly string[] | undefined,
    response: HttpResponse,
    parts: AnswerParts,
  ): Promise<{ readonly response: HttpResponse; readonly note?: string }>;
}

export interface ChosenFields {
  readonly args: JsonObject;
  readonly fields?: readonly string[];
}

/** `jmespath/jmespath.ts` */
export interface JmespathPart {
  /** @throws Error where the expression cannot be evaluated for the value */
  searchValue(value: JsonValue, expression: string): JsonValue;
}

/** `pages/pages.ts` */
export interface PagesPart {
  /** One page with the arguments of the next one, or all pages where the call asks for them. */
  paged(
    services: StepServices,
    call: OperationCall,
    pages: PagePlan,
    ask: (call: Call) => Promise<CallResult>,
  ): Promise<CallResult>;
}

/** An optional part that is a step. */
export interface StepPart {
  step(services: StepServices): Step | Promise<Step>;
}

/** The optional parts that calls pass by a step of their own: what `NamedStep.part` names. */
export interface StepParts {
  /** `cache/cache.ts`, `jobs/jobs.ts` */
  readonly cache?: () => Promise<StepPart>;
  readonly jobs?: () => Promise<StepPart>;
  /** `policy/policy.ts`: made at the start, since lists go by it as well. */
  readonly policy?: () => Promise<object>;
}

/** The optional parts that answers pass. */
export interface AnswerParts {
  readonly shape?: () => Promise<ShapePart>;
  readonly jmespath?: () => Promise<JmespathPart>;
  readonly pages?: () => Promise<PagesPart>;
}

/** Hands the call on to the steps after this one. */
export type Next = (call: Call) => Promise<CallResult>;

/**
 * One step of a call. It may end the call by giving a result without asking `next`.
 *
 * @throws CallError that tells the model what is wrong
 */
export type Step = (call: Call, next: Next) => Promise<CallResult>;

export interface NamedStep {
  /** For messages, and to find it in the list. */
  readonly name: string;
  /** Whether it is for what the client asked for only, and not for tools that the owner's code calls meanwhile. */
  readonly once?: boolean;
  /** The optional part that it is: without it, calls pass as if the step were not there. */
  readonly part?: keyof StepParts;
  /** Whether a server that has the part does not start without the step: it would be less safe. */
  readonly needed?: true;
  /** Made when the first call reaches it. */
  make(services: StepServices): Step | Promise<Step>;
}

/** How a call ended, and the line that says so. */
export interface Ended {
  readonly result: CallResult;
  readonly line: JsonObject;
}

/** Leads a call through the steps behind `record`. Never rejects. */
export type Run = (call: Call) => Promise<Ended>;

export interface Watcher extends DoorWatcher, RequestWatcher {
  /**
   * Leads a call on by `run`, and sees how it ended.
   *
   * @throws CallError where the call must not be made
   */
  watch(call: Call, run: Run): Promise<Ended>;
  /** Whether its lines stand where those of the log would, which are not written then. */
  readonly isLog?: true;
  /** Given the client of the APIs, once there is one. */
  uses?(sender: Sender): void;
  /** Sees, or changes, what is sent to APIs. */
  exchange?(exchange: Exchange): Exchange;
  /** Writes what is left to write, for so long. */
  close?(mostMs?: number): Promise<void>;
}

/** In `_meta` of a failed result that no answer of the API stands behind: the name of the fault. */
export const faultKey = "openapi-to-mcp/fault";
/** In `_meta` of a result: places of arguments that came as JSON inside a string, and were taken as what they spell. */
export const mendedKey = "openapi-to-mcp/mended";
/** In `_meta` of a result that has only a part of what there is: arguments of the call that goes on. */
export const nextKey = "openapi-to-mcp/next";
/** In `_meta` of a failed result: the page that the caller's user has to open before the call can work. */
export const signInKey = "openapi-to-mcp/signIn";
/** By which a client answers when it repeats a call that asked for it. */
export const signInQuestion = "sign-in";
/** In `_meta` of a result: the status of the API's answer. */
export const statusKey = "openapi-to-mcp/status";
/** In `_meta` of a result whose answer was kept, or is from now on: seconds since the API made it. */
export const ageKey = "openapi-to-mcp/age";
/** In `_meta` beside it: milliseconds (`ms`) for which it still holds, and whether it does so for every caller (`isForAll`). */
export const freshKey = "openapi-to-mcp/fresh";
