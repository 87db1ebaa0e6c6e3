/** Answers that are no success: what happened, why as far as the API says it, and what to do. */
import type { CallPlan } from "../data/model.js";
import { parseUrl } from "../data/url.js";
import { scrub } from "../secret.js";
import { visibleLine, visibleText } from "../text/visible.js";
import type { HttpResponse } from "../upstream/http-message.js";
import { isText, parseMediaType } from "../upstream/media-type.js";
import { causeOf } from "./cause.js";
import { decodeText, looksLikeText } from "./text.js";

/** Text of a failed call: one line for the status, then the cause as the API says it, quoted (`> `), then a hint. */
export function failureText(response: HttpResponse, plan: CallPlan): string {
  const { status } = response;
  const lines = [`HTTP ${statusText(status)}`];
  if (status < 400) return [...lines, redirectText(response)].join("\n");
  const cause = bodyCause(response);
  if (cause !== "") lines.push(cause);
  const hint = hintFor(response, plan);
  if (hint !== "") lines.push(`Hint: ${hint}`);
  return lines.join("\n");
}

/** Words of the API, marked line by line: none of them can pass for one of ours, such as a hint. */
function quoted(text: string): string {
  // `^` stands within a line break of two characters, too.
  return text === "" ? "" : text.replaceAll(/^(?!(?<=\r)\n)/gm, "> ");
}

function redirectText(response: HttpResponse): string {
  const location = response.headers.get("location");
  if (location === null) return "The API gave no answer but this status.";
  return `The API redirects to ${hostOf(location, response.url)}. This server does not follow: credentials and data go only where its owner sends them.`;
}

/** Only the host: the rest of a redirect's target can carry secrets or instructions. */
function hostOf(location: string, url: string): string {
  const target = parseUrl(location, url);
  if (target === undefined) return "a location that is no URL";
  if (target.host === "") return `a ${target.protocol} URL`;
  return parseUrl(url)?.host === target.host
    ? `another path of ${target.host}`
    : `the host ${target.host}`;
}

function bodyCause(response: HttpResponse): string {
  const mediaType = parseMediaType(response.headers.get("content-type") ?? "");
  const { body } = response;
  if (body.byteLength === 0) return "";
  if (!isText(mediaType?.essence ?? "") && !looksLikeText(body))
    return `The answer holds ${body.byteLength} bytes that are no text.`;
  // An API may repeat the credentials that it refuses. Before anything is cut: half a secret is not recognised.
  const text = scrub(decodeText(body, mediaType));
  const cause = quoted(causeOf(text, mediaType?.essence));
  return cause === "" && text.trim() !== "" && visibleText(text).trim() === ""
    ? `The answer holds ${body.byteLength} bytes of nothing but hidden characters.`
    : cause;
}

function hintFor(response: HttpResponse, plan: CallPlan): string {
  const { status } = response;
  const wait = waitText(response.headers);
  switch (status) {
    case 400:
      return "The API does not accept these arguments; compare them with the schema of the tool.";
    case 401:
      return `The credentials are missing, wrong or expired. ${credentialsText(plan)} The arguments are not the cause.`;
    case 403:
      return `The credentials do not allow this call. ${credentialsText(plan)}`;
    case 404:
      return "Nothing is there: check the ids among the arguments, for example by listing what exists. Some APIs also answer so to credentials that may not see it.";
    case 405:
    case 501:
      return "The API does not offer this operation there. Calling again will not help.";
    case 406:
    case 415:
      return "The API does not take or give this media type. If the tool has an argument for it, choose another.";
    case 408:
      return "The API waited too long for the request. Call again.";
    case 409:
      return "This conflicts with the present state: read it again, then decide.";
    case 410:
      return "It has been removed for good. Calling again will not help.";
    case 412:
    case 428:
      return "It has changed since it was read, or a precondition is missing: read it again and send its ETag where the tool takes one.";
    case 413:
      return "The request is too large for the API: send less at once.";
    case 422:
      return "The API understood the arguments but does not accept their values; change those that it names.";
    case 429:
      return `The limit of calls is reached. ${wait === "" ? "Wait before calling again." : wait}`;
    case 502:
    case 503:
    case 504:
      return `The API is not available at the moment. ${wait === "" ? "Try again later." : wait}`;
    default:
      if (status >= 500)
        return `The fault is the API's, not the arguments'. ${wait === "" ? "It may work later; if the call changes something, look first whether it did." : wait}`;
      return wait;
  }
}

/** Names of the schemes and their scopes. Which variables hold them is for the owner's README. */
function credentialsText(plan: CallPlan): string {
  const alternatives = plan.request.security
    .filter((requirements) => requirements.length > 0)
    .map((requirements) =>
      requirements
        .map(({ scheme, scopes }) => {
          const names = scopes.map((scope) => visibleLine(scope, 100));
          const needed =
            names.length === 0 ? "" : ` with scope ${names.join(" ")}`;
          return `“${visibleLine(scheme, 100)}”${needed}`;
        })
        .join(" and "),
    );
  return alternatives.length === 0
    ? "The server's owner can give it credentials for this API."
    : `This call uses ${alternatives.join(", or ")}; the server's owner sets them.`;
}

/** `Retry-After` (RFC 9110 §10.2.3): seconds or a date. Anything else is not told. */
function waitText(headers: Headers): string {
  const value = headers.get("retry-after")?.trim() ?? "";
  if (/^\d{1,9}$/.test(value))
    return `Call again after ${Number(value)} ${Number(value) === 1 ? "second" : "seconds"}.`;
  return /^[A-Za-z]{3,9}, [\w :-]{10,40}$/.test(value) &&
    !Number.isNaN(Date.parse(value)) &&
    /\d\d:\d\d:\d\d GMT$/.test(value)
    ? `Call again after ${value}.`
    : "";
}

/** Names of statuses (RFC 9110 §15 and the registry of IANA), as most programs write them. */
const names: ReadonlyMap<number, string> = new Map([
  [100, "Continue"],
  [101, "Switching Protocols"],
  [102, "Processing"],
  [103, "Early Hints"],
  [200, "OK"],
  [201, "Created"],
  [202, "Accepted"],
  [203, "Non-Authoritative Information"],
  [204, "No Content"],
  [205, "Reset Content"],
  [206, "Partial Content"],
  [207, "Multi-Status"],
  [208, "Already Reported"],
  [226, "IM Used"],
  [300, "Multiple Choices"],
  [301, "Moved Permanently"],
  [302, "Found"],
  [303, "See Other"],
  [304, "Not Modified"],
  [305, "Use Proxy"],
  [307, "Temporary Redirect"],
  [308, "Permanent Redirect"],
  [400, "Bad Request"],
  [401, "Unauthorized"],
  [402, "Payment Required"],
  [403, "Forbidden"],
  [404, "Not Found"],
  [405, "Method Not Allowed"],
  [406, "Not Acceptable"],
  [407, "Proxy Authentication Required"],
  [408, "Request Timeout"],
  [409, "Conflict"],
  [410, "Gone"],
  [411, "Length Required"],
  [412, "Precondition Failed"],
  [413, "Payload Too Large"],
  [414, "URI Too Long"],
  [415, "Unsupported Media Type"],
  [416, "Range Not Satisfiable"],
  [417, "Expectation Failed"],
  [418, "I'm a Teapot"],
  [421, "Misdirected Request"],
  [422, "Unprocessable Entity"],
  [423, "Locked"],
  [424, "Failed Dependency"],
  [425, "Too Early"],
  [426, "Upgrade Required"],
  [428, "Precondition Required"],
  [429, "Too Many Requests"],
  [431, "Request Header Fields Too Large"],
  [451, "Unavailable For Legal Reasons"],
  [500, "Internal Server Error"],
  [501, "Not Implemented"],
  [502, "Bad Gateway"],
  [503, "Service Unavailable"],
  [504, "Gateway Timeout"],
  [505, "HTTP Version Not Supported"],
  [506, "Variant Also Negotiates"],
  [507, "Insufficient Storage"],
  [508, "Loop Detected"],
  [509, "Bandwidth Limit Exceeded"],
  [510, "Not Extended"],
  [511, "Network Authentication Required"],
]);

/** `404 Not Found`; the number alone for a status without a name. */
export function statusText(status: number): string {
  const name = names.get(status);
  return name === undefined ? String(status) : `${status} ${name}`;
}
