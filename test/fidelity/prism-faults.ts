/**
 * Where Prism is wrong: what it says, and why the standard says otherwise. It is asked only where the reader of our own
 * found every value at its place. Nothing here names a document.
 */
import { type Json, type JsonObject, isArray, isObject } from "../../src/json.ts";
import type { DocumentOperation } from "./document.ts";
import type { Exchange } from "./proxy.ts";

interface Fault {
  readonly reason: string;
  readonly applies: (complaint: string, call: Call) => boolean;
}

interface Call {
  readonly operation: DocumentOperation;
  readonly exchange: Exchange;
  readonly args: JsonObject;
}

const common = new Set(["GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"]);

const faults: readonly Fault[] = [
  {
    reason: "Prism does not know the methods of OpenAPI 3.2 (QUERY, additionalOperations)",
    applies: (complaint, { operation }) => /route|method/i.test(complaint) && !common.has(operation.method),
  },
  {
    reason: "Prism matches a path literally that has a query or a fragment in the document",
    applies: (complaint, { operation }) => /^The route/.test(complaint) && /[?#]/.test(operation.path),
  },
  {
    reason: "Prism matches no path parameter with a dot in its name",
    applies: (complaint, { operation }) => /^The route/.test(complaint) && /\{[^}]*\.[^}]*\}/.test(operation.path),
  },
  {
    reason: "Prism wants no body where Swagger 2.0 names no media type (`consumes` is optional)",
    applies: (complaint) => complaint.includes("No supported content types"),
  },
  {
    reason: "Prism reads arrays of objects in a query as texts",
    applies: (complaint) => /query parameter \S+ (?:must be object|must NOT have more than \d+ items)/.test(complaint),
  },
  {
    reason: "Prism does not know the security schemes openIdConnect and mutualTLS",
    applies: (complaint) => complaint.includes("Invalid security scheme used"),
  },
  {
    reason: "Prism takes an empty text for an absent one (RFC 6570 §2.3 does not)",
    applies: (complaint, { args }) =>
      /must have required property|Body parameter is required/.test(complaint) && holds(args, ""),
  },
  {
    reason: "Prism compares the text of a parameter with the numbers and booleans of an enum or of a oneOf",
    applies: (complaint) =>
      /^(?:request\.)?(?:path|query|headers?|cookies?)\b.* must (?:be equal to one of|match exactly one schema in oneOf)/.test(
        complaint,
      ),
  },
  {
    reason: "Prism cannot read XML: it takes the body for a text",
    applies: (complaint, { exchange }) => /body/.test(complaint) && contentType(exchange).includes("xml"),
  },
  {
    reason: "Prism reads the fields of a form as texts: JSON parts, files, arrays and nested names are not understood",
    applies: (complaint, { exchange }) => /body/i.test(complaint) && /form/.test(contentType(exchange)),
  },
];

/** The reason why a complaint of Prism does not count, or `undefined` where it does. */
export function excuseOf(
  complaint: string,
  operation: DocumentOperation,
  exchange: Exchange,
  args: JsonObject,
): string | undefined {
  return faults.find(({ applies }) => applies(complaint, { operation, exchange, args }))?.reason;
}

function contentType({ request }: Exchange): string {
  return request.headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
}

function holds(value: Json, text: string): boolean {
  if (isArray(value)) return value.some((item) => holds(item, text));
  return isObject(value) ? Object.values(value).some((item) => holds(item, text)) : value === text;
}
