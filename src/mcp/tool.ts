import { defined } from "../base/defined.ts";
import type { Report } from "../base/diagnostics.ts";
import { shortHash } from "../base/hash.ts";
import { isSame } from "../base/json.ts";
import { type FormerTool, anchorOf } from "./curation/anchor.ts";
import { unwrittenType } from "./input/body.ts";
import { type CurationChecks, curateArguments } from "./curation/curate-argument.ts";
import { curateListing, policyOf, tagged } from "./curation/curate-tool.ts";
import type { Decision } from "./curation/decision.ts";
import { descriptionOf, titleOf } from "./text/describe.ts";
import { inferHints } from "./hints.ts";
import type { ToolInput, ToolInputs } from "./input/input.ts";
import type { Anchor, Reason, Tool } from "./model.ts";
import { pagedInput } from "./pages/paged-input.ts";
import type { Names } from "./names/names.ts";
import { acceptOf, responsePlans, resultSchema } from "./listed/output.ts";
import type { BuiltTool } from "./built-tool.ts";
import { shapedTool } from "./shape/shaped-tool.ts";
import type { ToolName } from "./names/tool-name.ts";

/** What the tools of an API are made with. */
export interface ToolSurroundings {
  /** `id` of the operation's server group. */
  readonly server: string;
  /** The tool that the operation was before. */
  readonly former: FormerTool | undefined;
  readonly typeNames: Names;
  readonly inputs: ToolInputs;
  readonly report: Report;
  /** What is decided about the tool, where anything is. */
  readonly decision: Decision | undefined;
  readonly checks: CurationChecks;
}

/** The tool of an operation: what clients see of it, and how it is called. */
export function buildTool(toolName: ToolName, surroundings: ToolSurroundings): BuiltTool {
  const { operation } = toolName;
  const { server, former, typeNames, inputs, report, decision = undecided, checks } = surroundings;
  const isCurated = decision.arguments.size > 0;
  const asked = isCurated
    ? inputs.curated(operation, (list) => curateArguments(list, decision, toolName.name, checks))
    : inputs.plain(operation);
  const hints = inferHints(operation, toolName.words);
  const shown = curateListing(
    {
      title: titleOf(operation, toolName.words),
      description: descriptionOf(operation, [asked.bodyText]),
      annotations: hints.annotations,
      reasons: hints.reasons,
    },
    decision,
  );
  const { policy, reasons } = policyOf(decision, operation);
  const result = resultSchema(operation);
  const { input: paged, pages } = pagedInput(operation, asked, result, {
    reads: shown.annotations.readOnlyHint,
    all: decision.pagination,
    tell: checks.tell,
  });
  const { input, shape } = shapedTool(operation, paged, result, decision.answer, checks);
  // Of what an expression makes nobody knows the schema.
  const shownResult = shape?.jmespath === undefined ? result : undefined;
  reportLosses(toolName, input, report);
  const anchor: Anchor = {
    ...anchorOf(operation, former),
    ...(isCurated ? { plainInput: shortHash(inputs.plain(operation).listed) } : {}),
  };
  const tool: Tool = {
    listing: {
      name: toolName.name,
      title: shown.title,
      description: shown.description,
      inputSchema: input.listed,
      annotations: shown.annotations,
    },
    call: {
      pointer: operation.pointer,
      request: {
        method: operation.method,
        path: operation.template,
        server,
        parameters: input.parameters,
        ...defined({ body: input.body }),
        accept: acceptOf(operation),
        ...defined({ contentType: operation.requestHeaders.contentType }),
        security: operation.security,
      },
      ...(isSame(input.whole, input.listed) ? {} : { input: input.whole }),
      ...(input.supplied.length === 0 ? {} : { supplied: input.supplied }),
      responses: responsePlans(operation),
      ...defined({ pages, shape }),
    },
    operationId: operation.operationId,
    ...defined({ isDeprecated: operation.deprecated ? (true as const) : undefined, pinned: decision.listed }),
    ...(Object.keys(anchor).length === 0 ? {} : { anchor }),
    typeName: allocateTypeName(toolName, typeNames),
    result: shownResult?.json,
    reasons: [toolName.reason, ...shown.reasons, ...input.reasons, ...ownReasons(decision), ...reasons],
    losses: input.losses,
  };
  return {
    operation: tagged(operation, decision),
    tool,
    arguments: input.arguments,
    result: shownResult,
    policy,
    resource: decision.resource,
  };
}

/** What of an operation a caller of its tool does not get to see, or to say. */
function reportLosses({ operation, name }: ToolName, input: ToolInput, report: Report): void {
  if (input.losses.length > 0)
    report({
      code: "narrowed-schema",
      pointer: operation.pointer,
      message: `${name} is listed with a simpler schema: ${input.losses[0]?.text ?? ""}${input.losses.length > 1 ? ` (and ${input.losses.length - 1} more)` : ""}`,
    });
  const unwritten = operation.body && unwrittenType(operation.body, input.body?.contents ?? []);
  if (unwritten !== undefined)
    report({
      code: "unsupported-media-type",
      pointer: operation.body?.pointer ?? operation.pointer,
      message: `${name} takes its ${unwritten} body as one text, not by fields`,
    });
}

const undecided: Decision = { hints: [], arguments: new Map() };

function ownReasons({ tags, resource }: Decision): readonly Reason[] {
  return [
    ...(tags === undefined ? [] : [{ about: "tags", text: `set by ${tags.by}` } as const]),
    ...(resource === undefined
      ? []
      : [
          {
            about: "resource",
            text: `${resource.value === false ? "left out" : "URI set"} by ${resource.by}`,
          } as const,
        ]),
  ];
}

/** `list_pets` becomes `ListPets`, such that neither `ListPetsArguments` nor `ListPetsResult` is taken. */
function allocateTypeName({ name }: ToolName, names: Names): string {
  const base = name
    .split("_")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
  const first = /^[A-Z]/.test(base) ? base : `Call${base}`;
  let wish = first;
  for (let number = 2; names.has(`${wish}Arguments`) || names.has(`${wish}Result`); number++)
    wish = `${first}${number}`;
  names.allocate(`${wish}Arguments`);
  names.allocate(`${wish}Result`);
  return wish;
}
