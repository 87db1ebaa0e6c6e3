/** Where an answer says how work stands: a property whose words are those of work that goes on and ends. */
import { type Stage, stageOf } from "../../../templates/always/src/runtime/jobs/words.ts";
import { defined } from "../../base/defined.ts";
import { pointerTo } from "../../base/json.ts";
import type { SchemaNode } from "../../base/schema/node.ts";
import type { JobStatus } from "../model.ts";
import { lettersOf } from "../pages/signs.ts";

/** A status of an answer, and how sure it is that it is one of work. */
export interface StatusPlace {
  readonly status: JobStatus;
  /** JSON pointer of the object that has it. */
  readonly holder: string;
  readonly object: SchemaNode;
  /** Name of its property. */
  readonly name: string;
  /** Whether its words are of work that somebody does, ends well or fails: things have other ones. */
  readonly isSure: boolean;
  /** Whether the document lists its words. */
  readonly isListed: boolean;
}

/** An object within an answer. */
interface Holder {
  readonly at: string;
  readonly object: SchemaNode;
}

/** How deep a status is looked for, and how many objects are looked at. */
const deepest = 2;
const mostHolders = 60;

const exact = /^(?:status|state|phase)$/;
const likely =
  /^(?:job|task|run|process|processing|operation|execution|export|import|upload|build|batch|current|overall|migration|sync|scan|conversion|generation|training|workflow|action|request|report|provisioning|lro|async)(?:status|state|phase)$|^(?:status|state)(?:code|name|text|value|type)?$/;
/** Properties that hold what is answered. */
const envelope =
  /^(?:data|result|results|response|item|payload|body|job|task|run|operation|action|execution|export|import|batch|build|process|request|report|migration|sync|scan|status|state|attributes|properties|metadata|meta|info|asyncoperation|workflow|archive|backup|snapshot|deployment|invocation)$/;

/** @returns `undefined` where nothing tells */
export function statusPlaceOf(answer: SchemaNode | undefined): StatusPlace | undefined {
  if (answer === undefined) return undefined;
  const found = holdersOf(answer).flatMap((holder) => [...placesIn(holder), ...doneIn(holder)]);
  return found.find(({ isSure }) => isSure) ?? found.find(({ isListed }) => isListed) ?? found[0];
}

/** The objects of an answer, the outermost first: an envelope, and what alternatives have. */
function holdersOf(answer: SchemaNode): readonly Holder[] {
  const found: Holder[] = [];
  const visit = (node: SchemaNode, at: string, level: number): void => {
    for (const object of alternativesOf(node)) {
      if (found.length >= mostHolders) return;
      if (!object.hasProperties) continue;
      found.push({ at, object });
      if (level >= deepest) continue;
      for (const [name, property] of object.properties)
        if (envelope.test(lettersOf(name))) visit(property, pointerTo(at, name), level + 1);
    }
  };
  visit(answer, "", 0);
  return found.sort((one, other) => one.at.split("/").length - other.at.split("/").length);
}

function alternativesOf({ whole }: SchemaNode): readonly SchemaNode[] {
  const { union } = whole;
  const others = union?.alternatives.map((alternative) => alternative.whole) ?? [];
  return [whole, ...others].slice(0, 8);
}

function placesIn({ at, object }: Holder): readonly StatusPlace[] {
  const named = object.properties
    .map(([name, property]) => ({ name, property, letters: lettersOf(name) }))
    .filter(({ letters }) => exact.test(letters) || likely.test(letters));
  const inOrder = [...named].sort((one, other) => Number(exact.test(other.letters)) - Number(exact.test(one.letters)));
  return inOrder.flatMap(({ name, property }) => {
    const kinds = alternativesOf(property);
    const words = kinds.flatMap(({ values }) => values ?? []).filter((value) => typeof value === "string");
    const isText = kinds.some(({ types }) => types.includes("string"));
    if (words.length === 0 && !isText) return [];
    const stages = stagesOf(words);
    const has = (...wanted: readonly Stage[]): boolean =>
      wanted.some((stage) => stages.some(([, one]) => one === stage));
    const isWork = has("pending", "waiting") && has("succeeded", "failed", "cancelled");
    if (words.length > 0 && !isWork) return [];
    return [
      {
        status: {
          at: pointerTo(at, name),
          pending: wordsIn(stages, "pending", "waiting"),
          succeeded: wordsIn(stages, "succeeded"),
          failed: wordsIn(stages, "failed"),
          cancelled: wordsIn(stages, "cancelled"),
          ...detailsIn(at, object),
        },
        holder: at,
        object,
        name,
        isSure: has("pending") && has("succeeded") && has("failed"),
        isListed: words.length > 0,
      },
    ];
  });
}

/** `done` beside `error` or `response`: how Google's APIs tell of operations that take long (AIP-151). */
function doneIn({ at, object }: Holder): readonly StatusPlace[] {
  const isBoolean = object.property("done")?.whole.types.join() === "boolean";
  const isOperation = ["error", "response"].every((name) => object.propertyNames.includes(name));
  if (!isBoolean || !isOperation) return [];
  return [
    {
      status: {
        at: pointerTo(at, "done"),
        pending: ["false"],
        succeeded: ["true"],
        failed: [],
        cancelled: [],
        ...detailsIn(at, object),
      },
      holder: at,
      object,
      name: "done",
      isSure: true,
      isListed: true,
    },
  ];
}

function stagesOf(words: readonly string[]): readonly (readonly [string, Stage])[] {
  return [...new Set(words)].flatMap((word) => {
    const stage = stageOf(word);
    return stage === undefined ? [] : [[word, stage] as const];
  });
}

function wordsIn(stages: readonly (readonly [string, Stage])[], ...wanted: readonly Stage[]): readonly string[] {
  return stages.flatMap(([word, stage]) => (wanted.includes(stage) ? [word] : []));
}

const percents =
  /^(?:progress|percent|percentage|percentcomplete|percentdone|completionpercentage|progresspercent|progresspercentage|percentcompleted|completion|completepercentage)$/;
const dones =
  /^(?:completed|done|processed|finished|succeeded|completedcount|processedcount|doneitems|completeditems|processeditems|processedrows|rowsprocessed|itemsprocessed|completedtasks)$/;
const totals = /^(?:total|totalcount|totalitems|totalrows|itemstotal|totaltasks)$/;
const messages =
  /^(?:message|statusmessage|statustext|statusdetails?|statusdescription|detail|details|step|currentstep|stage|statusreason|description)$/;
const errors =
  /^(?:error|errors|lasterror|lasterrors|failurereason|errormessage|failure|failuremessage|errordetails|reason|failedreason)$/;
/** Objects beside a status that count. */
const counts = /^(?:requestcounts|filecounts|counts|progress|stats|statistics)$/;

/** How far it is, and what it says, in the object that has the status. */
function detailsIn(
  at: string,
  object: SchemaNode,
): Pick<JobStatus, "percent" | "done" | "total" | "message" | "error"> {
  const find = (within: SchemaNode, base: string, names: RegExp, fits: (node: SchemaNode) => boolean) => {
    const found = within.properties.find(([name, property]) => names.test(lettersOf(name)) && fits(property));
    return found === undefined ? undefined : pointerTo(base, found[0]);
  };
  const counting = object.properties.find(
    ([name, property]) => counts.test(lettersOf(name)) && property.whole.hasProperties,
  );
  const counters: readonly (readonly [SchemaNode, string])[] = [
    [object, at],
    ...(counting === undefined ? [] : [[counting[1].whole, pointerTo(at, counting[0])] as const]),
  ];
  const counted = counters
    .map(([within, base]) => ({
      done: find(within, base, dones, isNumber),
      total: find(within, base, totals, isNumber),
    }))
    .find(({ done, total }) => done !== undefined && total !== undefined);
  return defined({
    percent: find(object, at, percents, isNumber),
    ...counted,
    message: find(object, at, messages, isText),
    error: find(object, at, errors, () => true),
  });
}

function isNumber(node: SchemaNode): boolean {
  return alternativesOf(node).some(({ types }) => types.includes("integer") || types.includes("number"));
}

function isText(node: SchemaNode): boolean {
  return alternativesOf(node).some(({ types }) => types.includes("string"));
}
