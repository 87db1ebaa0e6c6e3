/** `generated/<api>/types.d.ts`: the types of an API's schemas and of its tools' arguments and results. */
import { type SchemaNode, Schemas } from "../base/schema/node.ts";
import type { JsonSchema, ServerApi, ServerModel, Tool } from "../mcp/model.ts";
import { jsDoc } from "./comment.ts";
import {
  declarationText,
  intersectionOf,
  isLaidOutOtherwise,
  unionOf,
  unknown,
  type Member,
  type TypeNode,
} from "./type-node.ts";
import { typeOfSchema } from "./type-of-schema.ts";

/** A declaration's text. `exact` is false where a formatter might lay it out in another way. */
export interface DeclarationText {
  readonly text: string;
  readonly exact: boolean;
}

const heading = "/** Types of the tools of one API, and of what they take and give. Generated: do not edit. */\n";

/** The declarations of an API's types, each ending with a line feed, in the order of the model. */
export function renderTypes(api: ServerApi): readonly DeclarationText[] {
  const schemas = new Schemas(api.schemas);
  const tools = api.groups.flatMap((group) => group.tools);
  return [
    { text: heading, exact: true },
    ...schemaDeclarations(schemas),
    ...tools.flatMap((tool) => toolDeclarations(tool, schemas)),
    print("Tools", { kind: "object", members: tools.map(toolMember) }, ["/** The tools by name. */"]),
  ];
}

/** `generated/types.d.ts`: the tools of all APIs of the server. */
export function renderAllTypes(model: ServerModel): string {
  const imports = model.apis.map(
    (api, index) => `import type { Tools as Api${index + 1} } from "./${api.data.name}/types.js";\n`,
  );
  const names = model.apis.map((_api, index) => `Api${index + 1}`).join(" & ");
  return `${imports.join("")}\n/** All tools of this server by name. Generated: do not edit. */\nexport type Tools = ${names};\n`;
}

/** Names of a tool's types. */
export function typeNamesOf(tool: Tool): { readonly arguments: string; readonly result: string } {
  return { arguments: `${tool.typeName}Arguments`, result: `${tool.typeName}Result` };
}

function toolDeclarations(tool: Tool, schemas: Schemas): readonly DeclarationText[] {
  const names = typeNamesOf(tool);
  const input = typeOfSchema(schemas.of((tool.call.input ?? tool.listing.inputSchema) as JsonSchema));
  const result = tool.result === undefined ? unknown : typeOfSchema(schemas.of(tool.result));
  return [
    print(names.arguments, input, [`/** Arguments of the tool \`${tool.listing.name}\`. */`]),
    print(names.result, result, [`/** Result of the tool \`${tool.listing.name}\`. */`]),
  ];
}

function toolMember(tool: Tool): Member {
  const names = typeNamesOf(tool);
  const member = (name: string, type: string): Member => ({
    kind: "property",
    name,
    optional: false,
    type: { kind: "reference", name: type },
    description: undefined,
    deprecated: false,
  });
  return {
    kind: "property",
    name: tool.listing.name,
    optional: false,
    type: { kind: "object", members: [member("arguments", names.arguments), member("result", names.result)] },
    description: tool.listing.description,
    deprecated: false,
  };
}

function schemaDeclarations(schemas: Schemas): readonly DeclarationText[] {
  const nodes = [...schemas.definitions].map(([name, schema]): [string, SchemaNode] => [name, schemas.of(schema)]);
  const types = new Map(nodes.map(([name, node]): [string, TypeNode] => [name, typeOfSchema(node)]));
  const aliases = new AliasCircles(types);
  return nodes.map(([name, { description, deprecated }]) => {
    const comment = jsDoc(description, deprecated ? ["@deprecated"] : []);
    return print(name, aliases.withoutCircles(name, types.get(name) ?? unknown), comment);
  });
}

function print(name: string, type: TypeNode, comment: readonly string[]): DeclarationText {
  return { text: `${declarationText(name, type, comment)}\n`, exact: !isLaidOutOtherwise(type) };
}

/**
 * Type aliases that refer to each other without an object or an array between them: TypeScript refuses them (TS2456).
 * An alias that names itself loses that part, which says nothing; a longer circle is cut by `unknown`.
 */
class AliasCircles {
  readonly #types: ReadonlyMap<string, TypeNode>;

  constructor(types: ReadonlyMap<string, TypeNode>) {
    this.#types = types;
  }

  withoutCircles(name: string, type: TypeNode): TypeNode {
    return this.#directReferences(type).some((reference) => this.#reaches(reference, name))
      ? this.#cut(name, type)
      : type;
  }

  #cut(name: string, type: TypeNode): TypeNode {
    switch (type.kind) {
      case "reference":
        return this.#reaches(type.name, name) ? unknown : type;
      case "union":
        return unionOf(type.types.filter((item) => !isReferenceTo(item, name)).map((item) => this.#cut(name, item)));
      case "intersection":
        return intersectionOf(
          type.types.filter((item) => !isReferenceTo(item, name)).map((item) => this.#cut(name, item)),
        );
      case "word":
      case "array":
      case "object":
        return type;
      default:
        return type satisfies never;
    }
  }

  /** Whether an alias is, or leads directly to, another one. */
  #reaches(from: string, to: string): boolean {
    const seen = new Set<string>();
    const open = [from];
    for (let current = open.pop(); current !== undefined; current = open.pop()) {
      if (current === to) return true;
      if (seen.has(current)) continue;
      seen.add(current);
      const type = this.#types.get(current);
      if (type !== undefined) open.push(...this.#directReferences(type));
    }
    return false;
  }

  #directReferences(type: TypeNode): readonly string[] {
    if (type.kind === "reference") return [type.name];
    return type.kind === "union" || type.kind === "intersection"
      ? type.types.flatMap((item) => this.#directReferences(item))
      : [];
  }
}

function isReferenceTo(type: TypeNode, name: string): boolean {
  return type.kind === "reference" && type.name === name;
}
