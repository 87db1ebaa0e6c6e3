/**
 * Tools, resources and prompts as a template sees them: flat lists in which every property is always there, so that a
 * template needs no knowledge of the model and none of the document. All texts are of the document unless noted.
 */
import { standalone } from "../base/schema/node.ts";
import type { ServerModel } from "../mcp/model.ts";

export interface TemplateTool {
  /** `[a-z0-9_]` */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Upper-case HTTP method. */
  readonly method: string;
  /** Path template as the document spells it. */
  readonly path: string;
  /** Name of the API, `[a-z0-9_]`. */
  readonly api: string;
  /** Tag that the tool is listed under, empty where there is none. */
  readonly tag: string;
  /** `operationId`, empty where there is none. */
  readonly operationId: string;
  /** Identifier that its types in `src/generated/types.d.ts` begin with. */
  readonly typeName: string;
  /** Hints for clients (MCP, `ToolAnnotations`). */
  readonly readOnly: boolean;
  readonly destructive: boolean;
  readonly idempotent: boolean;
  readonly arguments: readonly TemplateArgument[];
}

export interface TemplateArgument {
  readonly name: string;
  /** Types of JSON, in our words, such as `string or null`; `any` where the document gives none. */
  readonly type: string;
  readonly required: boolean;
  /** Empty where there is none. */
  readonly description: string;
}

export interface TemplateResource {
  /** URI, or a template of one (RFC 6570). */
  readonly uri: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Name of the tool that reads it. */
  readonly tool: string;
  /** Whether `uri` has variables. */
  readonly template: boolean;
}

export interface TemplatePrompt {
  readonly name: string;
  readonly title: string;
  readonly description: string;
}

export function toolsOf(model: ServerModel): readonly TemplateTool[] {
  return model.apis.flatMap((api) =>
    api.groups.flatMap((group, index) =>
      group.tools.map(({ listing, call, operationId, typeName }): TemplateTool => ({
        name: listing.name,
        title: listing.title,
        description: listing.description,
        method: call.request.method,
        path: call.request.path,
        api: api.data.name,
        tag: api.data.groups[index]?.tag ?? "",
        operationId: operationId ?? "",
        typeName,
        readOnly: listing.annotations.readOnlyHint,
        destructive: listing.annotations.destructiveHint,
        idempotent: listing.annotations.idempotentHint,
        arguments: Object.entries(listing.inputSchema.properties).map(([name, schema]) => ({
          name,
          type: standalone.of(schema).namedTypes.join(" or ") || "any",
          required: listing.inputSchema.required?.includes(name) === true,
          description: standalone.of(schema).description ?? "",
        })),
      })),
    ),
  );
}

export function resourcesOf(model: ServerModel): readonly TemplateResource[] {
  return model.apis.flatMap((api) =>
    api.resources.map(({ uri, name, title, description, tool, template }) => ({
      uri,
      name,
      title,
      description,
      tool,
      template,
    })),
  );
}

export function promptsOf(model: ServerModel): readonly TemplatePrompt[] {
  return model.apis.flatMap((api) => api.prompts.map(({ name, title, description }) => ({ name, title, description })));
}
