/** Every tool of this server by name, and the pages of `tools/list`. Nothing is registered one by one. */
import type { Custom, CustomTool } from "../custom.js";
import { utf8Length } from "../data/bytes.js";
import { defined } from "../data/defined.js";
import type {
  AliasData,
  InputSchema,
  JsonObject,
  ToolAnnotations,
  ToolListing,
  ToolPolicy,
} from "../data/model.js";
import type { Project, ProjectApi } from "../data/project.js";
import type { Caller } from "../upstream/http-message.js";

/** A tool that an operation of an API stands behind. */
export interface OperationRow {
  readonly kind: "operation";
  readonly listing: ToolListing;
  readonly api: ProjectApi;
  /** The owner's limits; empty where there are none. */
  readonly policy: ToolPolicy;
  /** Group that holds its plan. */
  readonly file: string;
}

/** A tool of the owner's. */
export interface CustomRow {
  readonly kind: "custom";
  readonly listing: ToolListing;
  readonly tool: CustomTool;
  /** What a call of it is a call of, where it stands for others. */
  meant?(args: JsonObject, caller: Caller): MeantCall | undefined;
  /** Whether it only finds tools and calls them: whatever it shows or calls is decided about by itself. */
  readonly isFinding?: true;
}

/** An operation, and the arguments to call it with. */
export interface MeantCall {
  readonly row: OperationRow;
  readonly args: JsonObject;
}

/** What is listed of the operations, and by what others are found. */
export interface Discovery {
  isListed(name: string): boolean;
  /** How the tools that are listed are shown; default: whole. */
  shown?(listings: readonly ToolListing[]): readonly CondensedListing[];
  readonly rows: readonly CustomRow[];
  /** How the entries of the whole list are written, for clients that take one form only. */
  written?(entries: readonly ListedTool[]): readonly ListedTool[];
  /** What arguments in that form stand for. */
  given?(schema: InputSchema, args: JsonObject): JsonObject;
}

export type ToolRow = OperationRow | CustomRow;

/** Whether a caller may call a tool at all: what is asked wherever tools are shown. */
export interface Gate {
  mayCall(
    row: ToolRow,
    caller: Caller,
  ): {
    readonly allowed: boolean;
    /** What decides it. */
    readonly rule: string;
    /** What is told of a refusal. */
    readonly reason?: string;
  };
  /** The same by way of a toolset; `undefined`: by the whole server. */
  within(toolset: string | undefined): Gate;
}

/** What a name leads to: a tool, or, behind an old name that has ended, what that tool is called now. */
export type FoundTool =
  | { readonly row: ToolRow }
  | { readonly row?: undefined; readonly successor: string | undefined };

export interface ToolPage {
  readonly tools: readonly ListedTool[];
  readonly nextCursor?: string;
}

/**
 * Most clients read one page only, and clients over stdio give up at 10 MiB: one page as long as it stays well below.
 */
const maximumPageBytes = 4 * 1024 * 1024;

export class ToolTable {
  readonly #rows = new Map<string, ToolRow>();
  readonly #aliases: ReadonlyMap<string, AliasData>;
  readonly #isRestricted: boolean;
  readonly #gate: Gate | undefined;
  readonly #pages: ReadonlyMap<string, ToolPage>;
  readonly #given: Discovery["given"];

  /**
   * @param listed how a tool is listed that its document describes; default: as its data has it
   * @param discovery by what operations are found that are not listed; default: all are listed
   * @param whole the table of the server that this is a part of: its rows are taken, with what was made of them
   * @param gate what besides scopes keeps tools from callers
   */
  constructor(
    project: Project,
    custom: Custom,
    listed: (listing: ToolListing) => ToolListing = (listing) => listing,
    discovery?: Discovery,
    whole?: ToolTable,
    gate?: Gate,
  ) {
    this.#gate = gate;
    for (const row of discovery?.rows ?? [])
      this.#rows.set(row.listing.name, row);
    let bytes = 0;
    for (const api of project.apis) {
      for (const group of api.groups) {
        bytes += group.bytes;
        for (const plain of group.tools) {
          const known = whole?.get(plain.name);
          const listing = known?.listing ?? listed(plain);
          this.#rows.set(
            listing.name,
            known ?? {
              kind: "operation",
              listing,
              api,
              policy: policyOf(api, listing.name),
              file: group.data.file,
            },
          );
        }
      }
    }
    for (const tool of custom.tools ?? []) {
      if (!this.#rows.has(tool.name))
        this.#rows.set(tool.name, {
          kind: "custom",
          listing: listingOf(tool),
          tool,
        });
    }
    this.#aliases = new Map(
      (project.data.aliases ?? []).map((alias) => [alias.name, alias]),
    );
    this.#isRestricted =
      gate !== undefined ||
      [...this.#rows.values()].some(
        (row) => row.kind === "operation" && row.policy.scopes !== undefined,
      );
    const entries = shownRows([...this.#rows.values()], discovery);
    this.#pages = pagesOf(discovery?.written?.(entries) ?? entries, bytes);
    this.#given = discovery?.given;
  }

  /** A tool by the name that it is listed under. */
  get(name: string): ToolRow | undefined {
    return this.#rows.get(name);
  }

  /** The arguments of a call as the tool's own schema describes them, whatever form its entry is listed in. */
  given({ listing }: ToolRow, args: JsonObject): JsonObject {
    return this.#given?.(listing.inputSchema, args) ?? args;
  }

  /** The names of all tools, listed or not. */
  names(): readonly string[] {
    return [...this.#rows.keys()];
  }

  /** A tool by its name, or by an old one until that ends. */
  find(name: string, now: Date = new Date()): FoundTool {
    const row = this.#rows.get(name);
    if (row !== undefined) return { row };
    const alias = this.#aliases.get(name);
    if (alias === undefined) return { successor: undefined };
    const successor = this.#rows.get(alias.tool);
    const ended =
      alias.until !== undefined && now.toISOString().slice(0, 10) > alias.until;
    return successor === undefined || ended
      ? { successor: successor?.listing.name }
      : { row: successor };
  }

  /** Whether some tools are for some callers only: then lists are not the same for all. */
  get isRestricted(): boolean {
    return this.#isRestricted;
  }

  /** Scopes that tools which only read ask for, sorted: what a client asks for before it knows what it will call. */
  get readScopes(): readonly string[] {
    const reading = [...this.#rows.values()].flatMap((row) =>
      row.kind === "operation" && row.listing.annotations.readOnlyHint
        ? (row.policy.scopes ?? [])
        : [],
    );
    return [...new Set(reading)].sort();
  }

  /** Whether a caller may call the tool of that name, as far as scopes and the policy say. */
  isFor(caller: Caller, name: string): boolean {
    const row = this.#rows.get(name);
    return (
      row === undefined ||
      (missingScopes(row, caller).length === 0 &&
        this.#gate?.mayCall(row, caller).allowed !== false)
    );
  }

  /** What besides scopes keeps the tools of a toolset from callers. */
  gateOf(toolset: string): Gate | undefined {
    return this.#gate?.within(toolset);
  }

  /**
   * A page of `tools/list` as a caller may see it, the first without a cursor; `undefined` when the cursor is none of
   * ours.
   */
  page(cursor: string | undefined, caller: Caller): ToolPage | undefined {
    const page = this.#pages.get(cursor ?? "");
    if (page === undefined || !this.#isRestricted) return page;
    const tools = page.tools.filter(({ name }) => this.isFor(caller, name));
    return { ...page, tools };
  }
}

const noPolicy: ToolPolicy = {};

function policyOf(
  { data: { policies } }: ProjectApi,
  name: string,
): ToolPolicy {
  return policies !== undefined && Object.hasOwn(policies, name)
    ? (policies[name] ?? noPolicy)
    : noPolicy;
}

/** Scopes that a caller lacks. Over stdio there are none: whoever starts the server holds its credentials anyway. */
export function missingScopes(
  row: ToolRow,
  { scopes }: Caller,
): readonly string[] {
  if (row.kind === "custom" || scopes === undefined) return [];
  return (row.policy.scopes ?? []).filter((scope) => !scopes.includes(scope));
}

/** What is listed of the tools, as it is shown; those of the owner and of discovery are there as they are. */
function shownRows(
  rows: readonly ToolRow[],
  discovery: Discovery | undefined,
): readonly ListedTool[] {
  const listed = rows.filter(
    ({ kind, listing }) =>
      kind === "custom" || (discovery?.isListed(listing.name) ?? true),
  );
  const operations = listed.flatMap(({ kind, listing }) =>
    kind === "operation" ? [listing] : [],
  );
  const shown = new Map(
    discovery?.shown?.(operations).map((entry) => [entry.name, entry]),
  );
  return listed.map(({ listing }) => shown.get(listing.name) ?? listing);
}

/** Cursors are the index of a page's first tool: they only go forward. */
function pagesOf(
  listings: readonly ListedTool[],
  bytesAtMost: number,
): ReadonlyMap<string, ToolPage> {
  if (bytesAtMost <= maximumPageBytes)
    return new Map([["", { tools: listings }]]);
  const starts = [0];
  let size = 0;
  for (const [index, listing] of listings.entries()) {
    const bytes = utf8Length(JSON.stringify(listing));
    if (size > 0 && size + bytes > maximumPageBytes) {
      starts.push(index);
      size = 0;
    }
    size += bytes;
  }
  return new Map(
    starts.map((start, page) => {
      const next = starts[page + 1];
      return [
        start === 0 ? "" : String(start),
        {
          tools: listings.slice(start, next),
          ...(next === undefined ? {} : { nextCursor: String(next) }),
        },
      ];
    }),
  );
}

function listingOf(tool: CustomTool): ToolListing {
  return {
    name: tool.name,
    title: tool.title ?? tool.name,
    description: tool.description,
    inputSchema: {
      properties: {},
      ...tool.inputSchema,
      additionalProperties: false,
    },
    ...defined({ outputSchema: tool.outputSchema }),
    annotations: {
      readOnlyHint: false,
      destructiveHint: true,
      idempotentHint: false,
      openWorldHint: true,
      ...tool.annotations,
    },
  };
}

// The entries of `tools/list`, in their two forms.

/** A listing that shows the essence of a tool (`runtime/finding/condense.ts`). */
export interface CondensedListing {
  readonly name: string;
  readonly title?: string;
  readonly description: string;
  /** Closed only where it has no properties: then that is all there is to say. */
  readonly inputSchema: Omit<InputSchema, "additionalProperties"> & {
    readonly additionalProperties?: false;
  };
  readonly outputSchema?: JsonObject;
  readonly annotations: Partial<ToolAnnotations>;
}

export type ListedTool = ToolListing | CondensedListing;
