/**
 * The MCP server: one handler per method over static tables. The SDK makes a new instance for each HTTP request, so
 * that making one has to cost nothing, however many tools there are. Both protocol eras are served by the same code.
 */
import {
  type CallToolResult,
  type GetPromptResult,
  McpServer,
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
  type ServerContext,
  type Tool,
} from "@modelcontextprotocol/server";
import { type CallOptions, faultKey, statusKey } from "../call/call.js";
import type { ToolCalls } from "../call/run.js";
import { callerOf, callOptions } from "./call-options.js";
import {
  type Completion,
  noCompletion,
  promptCompletion,
  type ResourceCompletions,
} from "../resources/completion.js";
import type { JsonObject, ProjectData } from "../data/model.js";
import { invalid, notFound, refuseCursor } from "./protocol-error.js";
import { PromptError } from "../prompts/prompts.js";
import type { PromptTable } from "../prompts/prompt-table.js";
import {
  type FoundResource,
  type Resource,
  resourceArguments,
  type ResourceTable,
} from "../resources/resources.js";
import { knowsLinks, type ResourceLinks } from "../resources/resource-links.js";
import { readResource } from "../resources/resource-read.js";
import { scrubText } from "../secret.js";
import type { ToolRow, ToolTable } from "../tools/tool-table.js";

/** All that an instance serves; made once per process. */
export interface ServerTables {
  readonly data: ProjectData;
  readonly tools: ToolTable;
  readonly resources: ResourceTable;
  readonly links: ResourceLinks;
  readonly prompts: PromptTable;
  readonly completions: ResourceCompletions;
  readonly calls: ToolCalls;
}

/** Lists change with the next release only, and are the same for every caller unless tools ask for scopes. */
const publicHint = { ttlMs: 300_000, cacheScope: "public" } as const;
const ownHint = { ttlMs: 300_000, cacheScope: "private" } as const;
const readHint = { ttlMs: 0, cacheScope: "private" } as const;

export class TableServer extends McpServer {
  readonly #tables: ServerTables;
  readonly #requestVersion: string | undefined;

  /** @param requestVersion the revision of MCP that an HTTP request names, where the SDK does not see it */
  constructor(tables: ServerTables, requestVersion?: string) {
    const { name, title, version, instructions } = tables.data;
    const listHint = tables.tools.isRestricted ? ownHint : publicHint;
    super(
      { name, title, version },
      {
        instructions,
        cacheHints: {
          "tools/list": listHint,
          "resources/list": listHint,
          "resources/templates/list": listHint,
          "prompts/list": listHint,
          "server/discover": listHint,
          "resources/read": readHint,
        },
      },
    );
    this.#tables = tables;
    this.#requestVersion = requestVersion;
    // Registered here and not given to the base class, which would add `listChanged` and handlers of its own.
    this.server.registerCapabilities({
      tools: {},
      ...(tables.resources.isEmpty ? {} : { resources: {} }),
      ...(tables.prompts.isEmpty ? {} : { prompts: {} }),
      ...(tables.resources.isEmpty && tables.prompts.isEmpty
        ? {}
        : { completions: {} }),
    });
    this.#serveTools();
    if (!tables.resources.isEmpty) this.#serveResources();
    if (!tables.prompts.isEmpty) this.#servePrompts();
    if (!tables.resources.isEmpty || !tables.prompts.isEmpty)
      this.#serveCompletions();
  }

  #serveTools(): void {
    const { tools, calls, links } = this.#tables;
    this.server.setRequestHandler("tools/list", ({ params }, { http }) => {
      const page = tools.page(params?.cursor, callerOf(http));
      if (page === undefined) throw invalid("This cursor is none of ours");
      return {
        // The SDK's types are mutable; it changes nothing.
        tools: page.tools as unknown as Tool[],
        nextCursor: page.nextCursor,
      };
    });
    this.server.setRequestHandler("tools/call", async ({ params }, context) => {
      const row = this.#toolOf(params.name);
      const args = (params.arguments ?? {}) as JsonObject;
      const plain = await calls.call(row, args, callOptions(context));
      const result = knowsLinks(this.#protocolVersion(context))
        ? links.linked(row.listing.name, args, plain)
        : plain;
      // Clients before 2026 take objects only: lists and single values go below `result` for them.
      return this.server.projectCallToolResult(
        result as unknown as CallToolResult,
        row.listing.outputSchema,
      );
    });
  }

  /** The revision of MCP that the client speaks; over HTTP without sessions each request names it. */
  #protocolVersion({ http }: ServerContext): string | undefined {
    return (
      this.server.getNegotiatedProtocolVersion() ??
      http?.req?.headers.get("mcp-protocol-version") ??
      this.#requestVersion
    );
  }

  #serveResources(): void {
    const { resources } = this.#tables;
    this.server.setRequestHandler("resources/list", ({ params }, { http }) => {
      refuseCursor(params?.cursor);
      return {
        resources: this.#shown(resources.fixed, http).map((resource) => ({
          uri: resource.listing.uri,
          ...described(resource),
        })),
      };
    });
    this.server.setRequestHandler(
      "resources/templates/list",
      ({ params }, { http }) => {
        refuseCursor(params?.cursor);
        return {
          resourceTemplates: this.#shown(resources.templates, http).map(
            (resource) => ({
              uriTemplate: resource.listing.uri,
              ...described(resource),
            }),
          ),
        };
      },
    );
    this.server.setRequestHandler(
      "resources/read",
      async ({ params: { uri } }, context) => {
        const found = resources.find(uri);
        if (found === undefined) throw notFound(uri);
        return this.#read(uri, found, callOptions(context));
      },
    );
  }

  /** Those that the caller may read. */
  #shown(
    resources: readonly Resource[],
    http: ServerContext["http"],
  ): readonly Resource[] {
    const { tools } = this.#tables;
    if (!tools.isRestricted) return resources;
    const caller = callerOf(http);
    return resources.filter(
      ({ kind, listing }) =>
        kind === "custom" || tools.isFor(caller, listing.tool),
    );
  }

  async #read(
    uri: string,
    found: FoundResource,
    options: CallOptions,
  ): Promise<ReadResourceResult> {
    const read = await this.#ofOwner(() =>
      readResource(uri, found, {
        caller: options.caller,
        signal: options.signal,
        call: (tool, args) => this.#callByName(tool, args, options),
      }),
    );
    if (read.kind === "contents") return { contents: [...read.contents] };
    if (read.kind === "gone") throw notFound(uri);
    const { content, _meta } = read.result;
    const status = _meta?.[statusKey];
    if (status === 404 || status === 410) throw notFound(uri);
    throw new ProtocolError(
      _meta?.[faultKey] === "ArgumentError"
        ? ProtocolErrorCode.InvalidParams
        : ProtocolErrorCode.InternalError,
      content
        .flatMap((block) => (block.type === "text" ? [block.text] : []))
        .join("\n"),
      { uri },
    );
  }

  /** What the owner's code throws may hold anything: the client gets only what it may know. */
  async #ofOwner<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (fault) {
      if (fault instanceof ProtocolError) throw fault;
      if (fault instanceof PromptError) throw invalid(fault.message);
      throw new ProtocolError(
        ProtocolErrorCode.InternalError,
        this.#tables.calls.explain(fault),
      );
    }
  }

  #callByName(tool: string, args: JsonObject, options: CallOptions) {
    return this.#tables.calls.call(this.#toolOf(tool), args, options);
  }

  #toolOf(name: string): ToolRow {
    const found = this.#tables.tools.find(name);
    if (found.row !== undefined) return found.row;
    throw invalid(
      found.successor === undefined
        ? `Unknown tool: ${name}`
        : `The tool ${name} is called ${found.successor} now: call it by that name`,
    );
  }

  #servePrompts(): void {
    const { prompts, tools } = this.#tables;
    this.server.setRequestHandler("prompts/list", ({ params }) => {
      refuseCursor(params?.cursor);
      return {
        prompts: prompts.listings.map(
          ({ name, title, description, arguments: args }) => ({
            name,
            title,
            description,
            arguments: args.map(({ name, description, required }) => ({
              name,
              description,
              required,
            })),
          }),
        ),
      };
    });
    this.server.setRequestHandler(
      "prompts/get",
      async ({ params }, { http }): Promise<GetPromptResult> => {
        const prompt = prompts.get(params.name);
        if (prompt === undefined)
          throw invalid(`Unknown prompt: ${params.name}`);
        const args = new Map(Object.entries(params.arguments ?? {}));
        const text = await this.#ofOwner(async () =>
          prompt.text(args, (tool) => tools.isFor(callerOf(http), tool)),
        );
        return {
          description: prompt.listing.description,
          messages: [
            { role: "user", content: { type: "text", text: scrubText(text) } },
          ],
        };
      },
    );
  }

  #serveCompletions(): void {
    this.server.setRequestHandler(
      "completion/complete",
      async ({ params }, context) => {
        const { ref, argument } = params;
        const known = new Map(Object.entries(params.context?.arguments ?? {}));
        const completion =
          ref.type === "ref/prompt"
            ? this.#completePrompt(ref.name, argument.name, argument.value)
            : await this.#completeResource(
                ref.uri,
                argument.name,
                argument.value,
                known,
                callOptions(context),
              );
        return {
          completion: { ...completion, values: [...completion.values] },
        };
      },
    );
  }

  #completePrompt(name: string, argument: string, typed: string): Completion {
    const prompt = this.#tables.prompts.get(name);
    if (prompt === undefined) throw invalid(`Unknown prompt: ${name}`);
    return promptCompletion(
      prompt.listing.arguments.find(({ name }) => name === argument),
      typed,
    );
  }

  async #completeResource(
    uri: string,
    name: string,
    typed: string,
    known: ReadonlyMap<string, string>,
    options: CallOptions,
  ): Promise<Completion> {
    const resource = this.#tables.resources.listed(uri);
    if (resource === undefined) throw invalid(`Unknown resource: ${uri}`);
    if (resource.kind === "custom") return noCompletion;
    const { listing } = resource;
    const variable = listing.variables.find(
      (candidate) => candidate.name === name,
    );
    if (variable === undefined) return noCompletion;
    const values = new Map([...known].map(([key, value]) => [key, [value]]));
    return this.#tables.completions.complete(
      variable,
      typed,
      resourceArguments(listing, values),
      options.caller.id,
      (tool, args) => this.#callByName(tool, args, options),
    );
  }
}

function described({ listing }: Resource) {
  const { name, title, description, mimeType } = listing;
  return { name, title, description, mimeType };
}
