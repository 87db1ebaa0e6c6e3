/** Work that was started: how its state is read, as the first answer tells it. */
import type { Outgoing } from "../call/call.js";
import { defined } from "../data/defined.js";
import { ownValue, valueAt } from "../data/json-place.js";
import type {
  JobCall,
  JobPlan,
  JsonObject,
  JsonValue,
} from "../data/model-parts.js";
import { parseWebUrl } from "../data/url.js";
import type { Environment } from "../host.js";
import type { ApiData } from "../data/model.js";
import { CallError } from "../errors.js";
import type { HttpResponse } from "../upstream/http-message.js";
import { type BaseUrl, baseUrlOf } from "../upstream/servers.js";

/** A call that is ready to be made. */
export interface ReadyCall {
  readonly tool: string;
  readonly args: JsonObject;
}

export interface Job {
  /** The tool that started it. */
  readonly start: string;
  /** What tells its state: a tool, or a URL of the API. */
  readonly read: ReadyCall | { readonly url: string };
  readonly cancel?: ReadyCall;
  readonly result?: ReadyCall;
}

/** By what answers of 202 are followed that no document describes, each as its standard says. */
const usual: JobPlan = {
  readings: [
    // Of Azure's and Microsoft's guidelines for REST APIs.
    { by: "header", name: "operation-location" },
    { by: "header", name: "azure-asyncoperation" },
    // RFC 7240 §4.1, and RFC 9110 §8.7: a report on what was asked for.
    { by: "header", name: "location" },
    { by: "header", name: "content-location" },
  ],
};

/**
 * @param args of the call that started it
 * @param plan as its document has it; absent: by what is usual
 * @returns `undefined` where nothing tells how its state is read
 */
export function jobOf(
  { row, request }: Outgoing,
  args: JsonObject,
  plan: JobPlan = usual,
  response: HttpResponse,
  body: JsonValue | undefined,
  environment: Environment,
): Job | undefined {
  const start = row.listing.name;
  const ready = (call: JobCall | undefined): ReadyCall | undefined =>
    call && readyCall(call, args, body);
  const rest = defined({
    cancel: ready(plan.cancel),
    result: ready(plan.result),
  });
  for (const reading of [...plan.readings, ...usual.readings]) {
    if (reading.by === "same")
      return { start, read: { tool: start, args }, ...rest };
    if (reading.by === "operation") {
      const read = ready(reading);
      if (read !== undefined) return { start, read, ...rest };
      continue;
    }
    const told =
      reading.by === "header"
        ? response.headers.get(reading.name)
        : valueAt(body, reading.at);
    if (typeof told !== "string" || told.trim() === "") continue;
    const place = placeOf(
      told.trim(),
      response.url || request.url,
      row.api.data,
      environment,
    );
    // What is reported is not where it was asked for.
    if (place !== undefined && place.url !== request.url)
      return { start, read: { url: place.url }, ...rest };
  }
  return undefined;
}

function readyCall(
  { tool, arguments: values }: JobCall,
  args: JsonObject,
  body: JsonValue | undefined,
): ReadyCall | undefined {
  const ready: { [argument: string]: JsonValue } = {};
  for (const [argument, value] of Object.entries(values)) {
    const given =
      "at" in value ? valueAt(body, value.at) : ownValue(args, value.argument);
    if (given === undefined || given === null || given === "") return undefined;
    ready[argument] = given;
  }
  return { tool, args: ready };
}

/**
 * A URL that an answer names, and the server of the API that it is at: `undefined` for one of another origin, which
 * neither gets credentials nor is asked at all.
 *
 * @param base of a relative one
 */
export function placeOf(
  text: string,
  base: string | undefined,
  api: ApiData,
  environment: Environment,
): { readonly url: string; readonly baseUrl: BaseUrl } | undefined {
  const url = parseWebUrl(text, base);
  if (url === undefined || url.username !== "" || url.password !== "")
    return undefined;
  url.hash = "";
  for (const { id } of api.serverGroups) {
    try {
      const baseUrl = baseUrlOf(api, id, environment);
      if (baseUrl.origin === url.origin) return { url: url.href, baseUrl };
    } catch (fault) {
      // A server that is not set up is not where the answer came from.
      if (!(fault instanceof CallError)) throw fault;
    }
  }
  return undefined;
}
