/** Credentials that the owner gives each caller, or each organisation: `MCP_CREDENTIALS`. */
import {
  type CredentialRequest,
  type Credentials,
  neededBy,
  noCredentials,
} from "../credentials.js";
import type { Environment, Variables, Host } from "../host.js";
import { isJsonObject, parsedObject } from "../data/json-place.js";
import type { ApiData, SecurityScheme } from "../data/model.js";
import { ConfigurationError } from "../errors.js";
import type { Log } from "../log.js";
import { readValue } from "../settings/settings.js";
import type { AppliedCredentials, Caller } from "../upstream/http-message.js";
import { Lack } from "./lack.js";

const variable = "MCP_CREDENTIALS";

/** Values by variable, as they would be set for a server that this caller has alone. */
type Entry = Readonly<Record<string, string>>;
type Entries = ReadonlyMap<string, Entry>;

export class CredentialsByCaller {
  readonly #own: NonNullable<Credentials["of"]>;
  readonly #apis: readonly ApiData[];
  readonly #host: Host;
  readonly #log: Log;
  readonly #further: readonly string[];
  #text: string | undefined;
  #entries: Entries = new Map();
  #environments = new WeakMap<Entry, Map<ApiData, Environment>>();

  /**
   * @param further variables that entries may have besides those of the document's credentials
   * @throws ConfigurationError where the entries are none that can be used
   */
  constructor(
    own: NonNullable<Credentials["of"]>,
    apis: readonly ApiData[],
    host: Host,
    log: Log,
    further: readonly string[] = [],
  ) {
    this.#further = further.flatMap((name) => [name, `${name}_FILE`]);
    this.#own = own;
    this.#apis = apis;
    this.#host = host;
    this.#log = log;
    this.#read();
  }

  async give(request: CredentialRequest): Promise<AppliedCredentials | Lack> {
    const { api, caller } = request;
    this.#readAgain();
    const need = neededBy(request);
    if (need === "none") return noCredentials;
    const entry = this.#entryOf(caller);
    const given =
      entry &&
      (await this.#own(request, {
        ...this.#host,
        environment: this.#environmentOf(entry, api),
      }));
    const isEmpty = given === noCredentials && need === "required";
    if (given !== undefined && !isEmpty) return given;
    if (need === "optional") return noCredentials;
    const ways = variablesOf(api).filter((name) => !name.endsWith("_FILE"));
    return new Lack(
      `There are no credentials of ${api.title} for ${caller.id}`,
      entry === undefined
        ? `Ask the owner of this server for an entry "${caller.id}" in ${variable}.`
        : `The entry in ${variable} lacks what this call needs: of ${ways.join(", ")}, ask the owner of this server.`,
    );
  }

  /** Those of a caller alone; `undefined` for one without an entry. */
  variablesFor(caller: Caller): Variables | undefined {
    this.#readAgain();
    const environment = this.#entryOf(caller);
    return environment && { ...this.#host, environment };
  }

  #entryOf({ id, tenant }: Caller): Entry | undefined {
    return (
      this.#entries.get(id) ??
      (tenant === undefined ? undefined : this.#entries.get(`tenant:${tenant}`))
    );
  }

  /** What the server has of its own takes no part, but for the name under which it refreshes a token of the caller's. */
  #environmentOf(entry: Entry, api: ApiData): Environment {
    const known = this.#environments.get(entry) ?? new Map();
    this.#environments.set(entry, known);
    const found = known.get(api);
    if (found !== undefined) return found;
    const hidden = new Set(variablesOf(api));
    for (const scheme of Object.values(api.securitySchemes))
      if (refreshes(scheme, entry))
        for (const name of clientOf(scheme)) hidden.delete(name);
    const kept = Object.entries(this.#host.environment).filter(
      ([name]) => !hidden.has(name),
    );
    const environment = { ...Object.fromEntries(kept), ...entry };
    known.set(api, environment);
    return environment;
  }

  /** While a new text is none that can be used, as while it is written, the last one counts. */
  #readAgain(): void {
    try {
      this.#read();
    } catch (fault) {
      if (!(fault instanceof ConfigurationError)) throw fault;
      const { message, hint } = fault;
      if (message === this.#told) return;
      this.#told = message;
      this.#log.error("credentials", { message, ...(hint && { hint }) });
    }
  }

  #told: string | undefined;

  #read(): void {
    const text = readValue(variable, this.#host);
    if (text !== undefined && text === this.#text) return;
    this.#refuseOpen();
    const entries = entriesOf(text, [
      ...this.#apis.flatMap(variablesOf),
      ...this.#further,
    ]);
    this.#entries = entries;
    this.#text = text;
    this.#told = undefined;
    this.#environments = new WeakMap();
  }

  /** Whoever may write it decides as whom the API is called. */
  #refuseOpen(): void {
    const { environment, othersMay } = this.#host;
    const path = environment[`${variable}_FILE`]?.trim();
    if (environment[variable]?.trim() || !path || othersMay === undefined)
      return;
    const may = othersMay(path);
    if (may.includes("write"))
      throw new ConfigurationError(
        `The file that ${variable}_FILE names may be changed by others than its owner`,
        { hint: "Take that right away: chmod 600." },
      );
    if (may.includes("read"))
      this.#log.warn("credentials", {
        message: `The file that ${variable}_FILE names may be read by every user of this machine: chmod 600.`,
      });
  }
}

/** No word of the text goes into a message: whoever mistook the shape wrote a secret where a name belongs. */
function entriesOf(
  text: string | undefined,
  names: readonly string[],
): Entries {
  const known = new Set(names);
  return new Map(
    Object.entries(parsed(text)).map(([caller, entry], index) => {
      const place = `${variable}, entry ${index + 1},`;
      if (!isEntry(entry))
        throw new ConfigurationError(
          `${place} is no object of texts by variable`,
        );
      if (!Object.keys(entry).every((name) => known.has(name)))
        throw new ConfigurationError(
          `${place} has a variable that holds no credential of an API: those that do are ${[...known].filter((name) => !name.endsWith("_FILE")).join(", ")}`,
        );
      return [caller, entry] as const;
    }),
  );
}

function parsed(text: string | undefined): object {
  const value = parsedObject(text);
  if (value !== undefined) return value;
  throw new ConfigurationError(
    `${variable} has to be a JSON object such as {"user:ada":{"<variable>":"…"}}`,
  );
}

function isEntry(value: unknown): value is Entry {
  return (
    isJsonObject(value) &&
    Object.values(value).every((text) => typeof text === "string")
  );
}

/** Those that hold credentials of an API, each also as the path of a file. */
function variablesOf(api: ApiData): readonly string[] {
  const schemes = Object.values(api.securitySchemes);
  const names =
    schemes.length === 0
      ? [`${api.environmentPrefix}_AUTHORIZATION`]
      : schemes.flatMap(secretsOf);
  return names.flatMap((name) => [name, `${name}_FILE`]);
}

/** Where tokens are asked for is the server's to say: a caller's secret goes where its owner sends all of them. */
function secretsOf(scheme: SecurityScheme): readonly string[] {
  if (scheme.type !== "oauth2" && scheme.type !== "openIdConnect")
    return Object.values(scheme.environment);
  const { accessToken, clientId, clientSecret, refreshToken } =
    scheme.environment;
  return [accessToken, clientId, clientSecret, refreshToken];
}

function refreshes(scheme: SecurityScheme, entry: Entry): boolean {
  if (scheme.type !== "oauth2" && scheme.type !== "openIdConnect") return false;
  const { refreshToken } = scheme.environment;
  return [refreshToken, `${refreshToken}_FILE`].some((name) =>
    Object.hasOwn(entry, name),
  );
}

function clientOf(scheme: SecurityScheme): readonly string[] {
  if (scheme.type !== "oauth2" && scheme.type !== "openIdConnect") return [];
  const { clientId, clientSecret } = scheme.environment;
  return [clientId, clientSecret].flatMap((name) => [name, `${name}_FILE`]);
}
