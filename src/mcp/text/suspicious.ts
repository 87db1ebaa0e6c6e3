/** Texts of an API, but for those of its schemas, that are not what they seem. */
import type { Api } from "../../api/model.ts";
import type { Report } from "../../base/diagnostics.ts";
import { pointerTo } from "../../base/json.ts";
import { textFault } from "../../base/steering.ts";
import { visible } from "../../base/visible.ts";

/**
 * Texts that speak to a model, or have characters that nobody sees, are shown to the owner: once for each operation and
 * parameter. Those of schemas are reported with their schema.
 */
export function reportSuspicious(api: Api, report: Report): void {
  const reported = new Set<string>();
  const check = (about: () => string, pointer: string, texts: readonly (string | undefined)[]): void => {
    for (const text of texts) {
      if (text === undefined || reported.has(pointer)) continue;
      const fault = textFault(text);
      if (fault === undefined) continue;
      reported.add(pointer);
      report({ code: "suspicious-text", pointer, message: `A text of ${about()} ${fault}` });
    }
  };
  check(() => "the document", "/info", [api.title, api.version]);
  for (const { name, summary, description } of api.tags.values())
    check(() => `the tag ${visible(name)}`, "/tags", [name, summary, description]);
  for (const [name, scheme] of api.securitySchemes)
    check(() => `the security scheme ${visible(name)}`, pointerTo("/components/securitySchemes", name), [
      name,
      ...(scheme.type === "oauth2" ? [...scheme.flows.values()].flatMap(({ scopes }) => scopes) : []),
    ]);
  for (const operation of api.operations) {
    const about = (): string => `${operation.method} ${visible(operation.path)}`;
    const { pointer, operationId, path, summary, description, tags, mcp, body } = operation;
    const texts = [operationId, path, summary, description, ...tags, mcp?.title, mcp?.description, body?.description];
    check(about, pointer, texts);
    for (const { name, description, example, pointer: place } of operation.parameters)
      check(() => `the parameter ${visible(name)} of ${about()}`, place, [
        name,
        description,
        typeof example === "string" ? example : undefined,
      ]);
  }
}
