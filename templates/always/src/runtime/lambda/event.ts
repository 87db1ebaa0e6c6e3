/** Events of AWS Lambda's function URLs and HTTP APIs (payload format 2.0) as requests, and answers as what it takes. */
import { concatBytes, fromBase64, utf8, utf8Text } from "../data/bytes.js";
import type { HttpAnswer, HttpRequest } from "../http/message.js";

/** As much of an event as is read. */
export interface LambdaEvent {
  readonly version?: string;
  readonly rawPath?: string;
  readonly rawQueryString?: string;
  readonly cookies?: readonly string[];
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
  readonly requestContext?: {
    readonly domainName?: string;
    readonly stage?: string;
    readonly http?: { readonly method?: string; readonly sourceIp?: string };
  };
}

export interface LambdaResult {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded: false;
}

/** A request, and where it comes from. */
export interface LambdaRequest {
  readonly request: HttpRequest;
  readonly address: string;
  /** Under which the platform serves this function. */
  readonly domain: string;
}

/** @throws TypeError for an event of another format */
export function requestOfEvent(
  event: LambdaEvent,
  signal: HttpRequest["signal"],
): LambdaRequest {
  const { version, requestContext: { http, domainName, stage } = {} } = event;
  if (version !== "2.0" || http === undefined)
    throw new TypeError(
      "The event is none of payload format 2.0: use a function URL, or an HTTP API with that format",
    );
  const headers = new Headers();
  for (const [name, value] of Object.entries(event.headers ?? {}))
    if (value !== undefined) headers.set(name, value);
  const { cookies = [] } = event;
  if (cookies.length > 0) headers.set("cookie", cookies.join("; "));
  const domain = domainName ?? "localhost";
  const query = event.rawQueryString ? `?${event.rawQueryString}` : "";
  const path = withoutStage(event.rawPath ?? "/", stage);
  const request: HttpRequest = {
    method: http.method ?? "GET",
    url: `https://${domain}${path}${query}`,
    headers,
    body: bodyOf(event),
    signal,
  };
  return { request, address: http.sourceIp ?? "unknown", domain };
}

/** HTTP APIs put the stage before the path, unless it is the default one. */
function withoutStage(path: string, stage: string | undefined): string {
  if (stage === undefined || stage === "$default") return path;
  const prefix = `/${stage}`;
  return path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path;
}

function bodyOf({
  body,
  isBase64Encoded,
}: LambdaEvent): AsyncIterable<Uint8Array> | null {
  if (body === undefined) return null;
  // What is no base64 is read as what it is, and refused as no JSON.
  const bytes = isBase64Encoded === true ? fromBase64(body) : utf8(body);
  return (async function* () {
    yield bytes ?? utf8(body);
  })();
}

/** An answer, whole: what comes as a stream is waited for. */
export async function resultOf(answer: HttpAnswer): Promise<LambdaResult> {
  try {
    return {
      statusCode: answer.status,
      headers: answer.headers,
      body: await textOf(answer.body),
      isBase64Encoded: false,
    };
  } finally {
    answer.release?.();
  }
}

async function textOf(body: HttpAnswer["body"]): Promise<string> {
  if (body === null || typeof body === "string") return body ?? "";
  const chunks: Uint8Array[] = [];
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      chunks.push(value);
    }
  } catch {
    // The call was called off: what came until then is what there is.
  }
  return utf8Text(concatBytes(chunks));
}
