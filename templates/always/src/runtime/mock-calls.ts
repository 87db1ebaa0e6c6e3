/** Calls that tests can make of any server: arguments by schema, and credentials that stand for real ones. */
import { mockValue } from "./mock/mock-values.js";
import type {
  JsonObject,
  JsonSchema,
  JsonValue,
  SecurityScheme,
  ToolListing,
} from "./data/model.js";
import type { Project, ProjectApi } from "./data/project.js";
import { argumentValidator } from "./validation/validate.js";

export interface ExampleCall {
  readonly tool: string;
  readonly args: JsonObject;
}

/**
 * A call of a tool that only reads, with as few arguments as it needs; `undefined` when none can be made up, or when
 * all need a client certificate.
 */
export async function exampleCall(
  project: Project,
): Promise<ExampleCall | undefined> {
  for (const api of project.apis) {
    for (const { data, tools } of api.groups) {
      const plans = await api.calls(data.file);
      for (const listing of tools) {
        const plan = Object.hasOwn(plans, listing.name)
          ? plans[listing.name]
          : undefined;
        if (
          plan?.request.method !== "GET" ||
          needsCertificate(api, plan.request.security)
        )
          continue;
        const args = requiredArguments(listing);
        const validate = argumentValidator(
          listing.inputSchema,
          plan.input ?? (listing.inputSchema as unknown as JsonSchema),
          await api.schemas(),
        );
        if (args !== undefined && validate(args).valid)
          return { tool: listing.name, args };
      }
    }
  }
  return undefined;
}

function requiredArguments({
  inputSchema,
}: ToolListing): JsonObject | undefined {
  const entries = (inputSchema.required ?? []).map(
    (name): [string, JsonValue | undefined] => [
      name,
      mockValue(inputSchema.properties[name] ?? true),
    ],
  );
  return entries.every(
    (entry): entry is [string, JsonValue] => entry[1] !== undefined,
  )
    ? Object.fromEntries(entries)
    : undefined;
}

function needsCertificate(
  { data }: ProjectApi,
  security: readonly (readonly { readonly scheme: string }[])[],
): boolean {
  return (
    security.length > 0 &&
    security.every((requirements) =>
      requirements.some(
        ({ scheme }) => data.securitySchemes[scheme]?.type === "mutualTLS",
      ),
    )
  );
}

/** A value for every variable that holds a credential. Certificates are left out: a placeholder of those is refused. */
export function placeholderCredentials(
  project: Project,
): Record<string, string> {
  return Object.fromEntries(
    project.apis
      .flatMap(({ data }) => Object.values(data.securitySchemes))
      .flatMap(credentialVariables)
      .map((name) => [name, "placeholder"]),
  );
}

/** A value for every variable that an argument is taken from. */
export async function placeholderArguments(
  project: Project,
): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const api of project.apis) {
    const schemas = await api.schemas();
    for (const { file } of api.data.groups) {
      for (const plan of Object.values(await api.calls(file))) {
        for (const item of plan.supplied ?? []) {
          if (item.kind !== "environment") continue;
          const value = mockValue(item.schema, schemas) ?? "placeholder";
          values[item.variable] ??=
            typeof value === "string" ? value : JSON.stringify(value);
        }
      }
    }
  }
  return values;
}

function credentialVariables(scheme: SecurityScheme): readonly string[] {
  switch (scheme.type) {
    case "apiKey":
    case "http":
      return Object.values(scheme.environment);
    case "oauth2":
    case "openIdConnect":
      // With a ready token no authorization server is asked.
      return [scheme.environment.accessToken];
    case "mutualTLS":
      return [];
    default:
      return scheme satisfies never;
  }
}
