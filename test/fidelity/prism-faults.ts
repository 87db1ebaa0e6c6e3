/**
 * Where Prism is wrong: what it says, why the standard says otherwise, and what has to hold for it in the call at hand.
 * An excuse holds for one complaint, never for a call: the place that it names has to be right by the judge's own check
 * of what was sent, and every value has to have arrived. Nothing here names a document.
 */
import { type Json, isArray, isObject, own } from "../../src/base/json.ts";
import type { DocumentOperation } from "./document.ts";
import { placeOf } from "./parameter-check.ts";
import type { PrismComplaint } from "./prism.ts";
import type { GivenParameter, RawRequest } from "./read-parameters.ts";
import { type Complaint, overlap } from "./schema-check.ts";

/** What is known of a call whose values have all arrived. */
export interface Evidence {
  readonly operation: DocumentOperation;
  readonly request: RawRequest;
  readonly given: readonly GivenParameter[];
  /** Of the judge's own check, by `in name`. */
  readonly parameters: ReadonlyMap<string, readonly Complaint[]>;
  /** Of the judge's own check; `undefined` where the body could not be held against a schema. */
  readonly body: readonly Complaint[] | undefined;
  /** Whether a property at a place of the body is read-only. */
  readonly isReadOnly: (place: readonly string[], property: string) => boolean;
  /** All that Prism said. */
  readonly complaints: readonly PrismComplaint[];
}

interface Fault {
  readonly reason: string;
  readonly applies: (complaint: PrismComplaint, evidence: Evidence) => boolean;
}

const common = new Set(["GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"]);

const faults: readonly Fault[] = [
  {
    reason: "Prism does not know the methods of OpenAPI 3.2 (QUERY, additionalOperations)",
    applies: (complaint, { operation }) => isRoute(complaint) && !common.has(operation.method),
  },
  {
    reason: "Prism matches a path literally that has a query or a fragment in the document",
    applies: (complaint, { operation }) => isRoute(complaint) && /[?#]/.test(operation.path),
  },
  {
    reason: "Prism matches no path parameter with a dot in its name",
    applies: (complaint, { operation }) => isRoute(complaint) && /\{[^}]*\.[^}]*\}/.test(operation.path),
  },
  {
    reason: "Prism wants no body where Swagger 2.0 names no media type (`consumes` is optional)",
    applies: ({ message }, { operation, body }) =>
      message.includes("No supported content types") && operation.body?.isTypeAssumed === true && isRight(body),
  },
  {
    reason: "Prism fails by itself on the request",
    applies: ({ place }, { parameters, body, operation }) =>
      place[0] === "prism" &&
      parameters.size === 0 &&
      (body === undefined ? operation.body === undefined : isRight(body)),
  },
  {
    reason: "Prism does not know the security schemes openIdConnect and mutualTLS",
    applies: ({ message }) => message.includes("Invalid security scheme used"),
  },
  {
    reason: "Prism takes an empty text for an absent one (RFC 6570 §2.3 does not)",
    applies: (complaint, { given, request, body }) => {
      if (complaint.message.includes("Body parameter is required"))
        return isRight(body) && ['""', "0", "false", "null"].includes(request.body.toString());
      const missing = missingName(complaint);
      return given.some(
        ({ parameter, value }) =>
          missing === placeOf(parameter).toLowerCase() &&
          (value === "" || (isArray(value) && value.length === 1 && value[0] === "")),
      );
    },
  },
  {
    reason: "Prism reads arrays of objects in a query as texts",
    applies: (complaint, evidence) =>
      isRightParameter(complaint, evidence) &&
      complaint.place[0] === "query" &&
      isNested(givenAt(complaint, evidence)) &&
      /must be object|must NOT have more than \d+ items/.test(complaint.message),
  },
  {
    reason: "Prism takes a deep object that is absent for an empty one",
    applies: (complaint, evidence) => {
      const found = parameterAt(complaint, evidence);
      return found?.value === undefined && found?.parameter.style === "deepObject" && !found.parameter.required;
    },
  },
  {
    reason: "Prism compares the text of a parameter with the numbers and booleans of an enum or of a oneOf",
    applies: (complaint, evidence) =>
      isRightParameter(complaint, evidence) && ["enum", "oneOf", "const"].includes(complaint.keyword),
  },
  {
    reason: "Prism cannot read XML: it takes the body for a text",
    applies: ({ place }, { request, body }) => place[0] === "body" && isRight(body) && typeOf(request).includes("xml"),
  },
  {
    reason: "Prism reads the fields of a form as texts: JSON parts, files, arrays and nested names are not understood",
    applies: ({ place }, { request, body }) =>
      place[0] === "body" && /form/.test(typeOf(request)) && isRightAt(body, place.slice(1)),
  },
  {
    reason: "Prism requires read-only properties where a schema is composed (§4.8.24: they are not sent)",
    applies: (complaint, evidence) =>
      isFree(evidence.body) &&
      (isReadOnlyMissing(complaint, evidence) ||
        compositionsOf(complaint, evidence).some(({ place }) =>
          evidence.complaints.some((other) => startsWith(other.place, place) && isReadOnlyMissing(other, evidence)),
        )),
  },
  {
    reason: "the alternatives of a oneOf overlap in the document",
    applies: (complaint, evidence) => {
      const found = parameterAt(complaint, evidence);
      const said = found && evidence.parameters.get(placeOf(found.parameter));
      return complaint.keyword === "oneOf" && said !== undefined && isFree(said);
    },
  },
  {
    reason: "the alternatives of a oneOf overlap in the document",
    applies: (complaint, evidence) =>
      isFree(evidence.body) &&
      compositionsOf(complaint, evidence).some(({ place }) =>
        evidence.body?.some((found) => startsWith(found.place, place.slice(1))),
      ),
  },
];

/** The reason why a complaint of Prism does not count, or `undefined` where it does. */
export function excuseOf(complaint: PrismComplaint, evidence: Evidence): string | undefined {
  return faults.find(({ applies }) => applies(complaint, evidence))?.reason;
}

function isRoute({ place }: PrismComplaint): boolean {
  return place[0] === "route";
}

/** Whether the body is right as a whole, and was looked at. */
function isRight(body: Evidence["body"]): boolean {
  return body?.length === 0;
}

/** Whether nothing is wrong but that alternatives overlap. */
function isFree(body: Evidence["body"]): boolean {
  return body?.every(({ keyword }) => keyword === overlap) === true;
}

/** Whether nothing is wrong at a place of the body, below it, or with what holds it; overlaps are reported by themselves. */
function isRightAt(body: Evidence["body"], place: readonly string[]): boolean {
  const wrong = body?.filter(({ keyword }) => keyword !== overlap);
  return wrong?.some((found) => startsWith(found.place, place) || startsWith(place, found.place)) === false;
}

/** Prism's complaints of a choice of alternatives that a complaint is, or is made within. */
function compositionsOf({ place }: PrismComplaint, { complaints }: Evidence): readonly PrismComplaint[] {
  return complaints.filter(
    (other) => /^(?:one|any)Of$/.test(other.keyword) && other.place[0] === "body" && startsWith(place, other.place),
  );
}

function isReadOnlyMissing({ keyword, place, message }: PrismComplaint, { isReadOnly }: Evidence): boolean {
  const name = /must have required property '(.*)'/.exec(message)?.[1];
  return keyword === "required" && place[0] === "body" && name !== undefined && isReadOnly(place.slice(1), name);
}

function startsWith(place: readonly string[], start: readonly string[]): boolean {
  return start.every((token, index) => place[index] === token);
}

/** `in name` of a parameter that Prism misses, in lower case as it spells names. */
function missingName({ place, message }: PrismComplaint): string | undefined {
  const name = /must have required property '(.*)'/.exec(message)?.[1];
  return place.length === 1 && name !== undefined ? `${place[0]} ${name}` : undefined;
}

function parameterAt({ place }: PrismComplaint, { given }: Evidence): GivenParameter | undefined {
  const key = `${place[0]} ${place[1]}`.toLowerCase();
  return given.find(({ parameter }) => placeOf(parameter).toLowerCase() === key);
}

function givenAt(complaint: PrismComplaint, evidence: Evidence): Json | undefined {
  return parameterAt(complaint, evidence)?.value;
}

function isRightParameter(complaint: PrismComplaint, evidence: Evidence): boolean {
  const found = parameterAt(complaint, evidence);
  return found !== undefined && !evidence.parameters.has(placeOf(found.parameter));
}

function isNested(value: Json | undefined): boolean {
  return isArray(value)
    ? value.some(isObject)
    : isObject(value) && Object.keys(value).some((key) => isObject(own(value, key)));
}

function typeOf(request: RawRequest): string {
  return request.headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
}
