/** Resources whose URI the owner chose. */
import { visible } from "../../base/visible.ts";
import { meant } from "./curate.ts";
import { type Tell, diagnosticOf } from "./decision.ts";
import type { ResourceData } from "../model.ts";
import type { BuiltTool } from "../built-tool.ts";

/** What a resource says whatever its URI is. */
export type SharedData = Pick<ResourceData, "title" | "description" | "mimeType" | "tool">;

type Variable = ResourceData["variables"][number];

/** A scheme and a path without spaces and controls, `{name}` in it, and one `{?a,b}` at its end (RFC 6570). */
const uriPattern =
  /^[a-z][a-z0-9+.-]*:\/\/(?:[^\s{}?#"<>\\^`|\p{Cc}]|\{[A-Za-z0-9_]+\})+(?:\{\?[A-Za-z0-9_]+(?:,[A-Za-z0-9_]+)*\})?$/u;

/** The resource at the owner's URI, and its template; none where there is none, or where it cannot be: that is told. */
export function ownResource(
  { tool, arguments: known, resource }: BuiltTool,
  variables: readonly Variable[],
  shared: SharedData,
  tell: Tell,
): readonly ResourceData[] {
  if (resource === undefined || resource.value === false) return [];
  const { value: uri, place } = resource;
  const query = /\{\?([^{}]*)\}$/.exec(uri)?.[1]?.split(",") ?? [];
  const path = [...uri.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "");
  const names = [...path, ...query];
  const used = names.map((name) => ({
    name,
    variable: variables.find((variable) => variable.name === name || variable.argument === name),
  }));
  const placed = new Set(used.flatMap(({ variable }) => variable?.argument ?? []));
  const unknown = used.find(({ variable }) => variable === undefined)?.name;
  const missing = [...known].find(([name, { required }]) => required && !placed.has(name))?.[0];
  const fault = !uriPattern.test(uri)
    ? "is no URI template such as shop://pets/{petId}{?limit}"
    : !tool.listing.annotations.readOnlyHint
      ? `cannot be: ${tool.listing.name} does not only read`
      : new Set(names).size < names.length
        ? "names a variable twice"
        : unknown !== undefined
          ? `names {${visible(unknown)}}, which is no parameter of ${tool.listing.name}${meant(
              unknown,
              variables.map(({ name }) => name),
            )}`
          : missing !== undefined
            ? `lacks {${visible(missing)}}, which ${tool.listing.name} needs`
            : undefined;
  if (fault !== undefined) {
    if (place !== undefined)
      tell(diagnosticOf("invalid-curation", place, `The resource URI "${visible(uri)}" ${fault}`));
    return [];
  }
  const { name } = tool.listing;
  const template: ResourceData = {
    uri,
    template: names.length > 0,
    name,
    ...shared,
    variables: used.flatMap(({ name, variable }) =>
      variable === undefined ? [] : [{ ...variable, name, in: path.includes(name) ? "path" : "query" }],
    ),
  };
  // What the query only narrows can be read as a whole, too.
  const isWhole = path.length === 0 && ![...known.values()].some(({ required }) => required);
  return query.length === 0 || !isWhole
    ? [template]
    : [
        { uri: uri.slice(0, uri.lastIndexOf("{?")), template: false, name, ...shared, variables: [] },
        { ...template, name: `${name}_template` },
      ];
}
