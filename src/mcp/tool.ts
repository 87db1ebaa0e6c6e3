import type { Api } from "../api/model.ts";
import type { Report } from "../diagnostics.ts";
import { isSame } from "../json.ts";
import { type FormerTool, anchorOf } from "./anchor.ts";
import { unwrittenType } from "./body.ts";
import { descriptionOf, titleOf } from "./describe.ts";
import { inferHints } from "./hints.ts";
import { buildInput } from "./input.ts";
import type { Tool } from "./model.ts";
import type { Names } from "./names.ts";
import { acceptOf, responsePlans, resultSchema } from "./output.ts";
import type { PortableProfile } from "./portable.ts";
import type { BuiltTool } from "./resource.ts";
import type { ToolName } from "./tool-name.ts";

/** What the tools of an API are made with. */
export interface ToolSurroundings {
  /** Schemas that those of the operation refer to. */
  readonly schemas: Api["schemas"];
  /** `id` of the operation's server group. */
  readonly server: string;
  /** The tool that the operation was before. */
  readonly former: FormerTool | undefined;
  readonly typeNames: Names;
  readonly profile: PortableProfile;
  readonly report: Report;
}

/** The tool of an operation: what clients see of it, and how it is called. */
export function buildTool(toolName: ToolName, surroundings: ToolSurroundings): BuiltTool {
  const { operation } = toolName;
  const { schemas, server, former, typeNames, profile, report } = surroundings;
  const input = buildInput(operation, schemas, profile);
  const { annotations, reasons } = inferHints(operation, toolName.words);
  const result = resultSchema(operation);
  if (input.losses.length > 0)
    report({
      code: "narrowed-schema",
      pointer: operation.pointer,
      message: `${toolName.name} is listed with a simpler schema: ${input.losses[0]?.text ?? ""}${input.losses.length > 1 ? ` (and ${input.losses.length - 1} more)` : ""}`,
    });
  const unwritten = operation.body && unwrittenType(operation.body, input.body?.contents ?? [], schemas);
  if (unwritten !== undefined)
    report({
      code: "unsupported-media-type",
      pointer: operation.body?.pointer ?? operation.pointer,
      message: `${toolName.name} takes its ${unwritten} body as one text, not by fields`,
    });
  const anchor = anchorOf(operation, former);
  const tool: Tool = {
    listing: {
      name: toolName.name,
      title: titleOf(operation, toolName.words),
      description: descriptionOf(operation, []),
      inputSchema: input.listed,
      annotations,
    },
    call: {
      pointer: operation.pointer,
      request: {
        method: operation.method,
        path: operation.path,
        server,
        parameters: input.parameters,
        ...(input.body === undefined ? {} : { body: input.body }),
        accept: acceptOf(operation),
        ...(operation.requestHeaders.contentType === undefined
          ? {}
          : { contentType: operation.requestHeaders.contentType }),
        security: operation.security,
      },
      ...(isSame(input.whole, input.listed) ? {} : { input: input.whole }),
      responses: responsePlans(operation),
    },
    operationId: operation.operationId,
    ...(Object.keys(anchor).length === 0 ? {} : { anchor }),
    typeName: allocateTypeName(toolName, typeNames),
    result,
    reasons: [toolName.reason, ...reasons, ...input.reasons],
    losses: input.losses,
  };
  return { operation, tool, arguments: input.arguments };
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
