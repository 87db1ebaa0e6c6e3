import { defined } from "../data/defined.js";
import { ownValue } from "../data/json-place.js";
import type { JsonObject } from "../data/model.js";
import type { KeptAnswer, WholeAnswer } from "../response/call-result.js";
import type { HttpResponse } from "../upstream/http-message.js";
import {
  type CallResult,
  readResult,
  type ResultLimits,
} from "../response/result.js";
import { missingPart } from "../errors.js";
import { textBlock } from "../response/content-block.js";
import { partArgument, partKey } from "../response/part.js";
import { scrubText } from "../secret.js";
import type { OperationRow } from "../tools/tool-table.js";
import {
  type Call,
  nextKey,
  type Outgoing,
  type Step,
  type StepServices,
} from "./call.js";

/** Answers of more bytes take the processor for long. */
export const heavyBytes = 256 * 1024;
/**
 * Clients over stdio give up on messages of 10 MiB: structured content beyond this is left out, and text is cut, which
 * the quotes within it make up to twice as long.
 */
const maxStructuredBytes = 2 * 1024 * 1024;
const mostTextBytes = 3.5 * 1024 * 1024;

/** Makes a result of the API's answer, whatever its status. The last step: it asks no other. */
export function answer(services: StepServices): Step {
  return async (call) => {
    const { response, outgoing } = call;
    if (response === undefined || outgoing === undefined)
      throw new Error("There is no answer: `send` goes before `answer`");
    if (response.body.byteLength > heavyBytes) await services.host.turn();
    call.observe?.(outgoing.request.url, withoutSecrets(response));
    return (
      call.take?.(response, outgoing) ??
      resultOf(services, call, outgoing, response)
    );
  };
}

/**
 * The result of an answer, as much as clients and the owner take.
 *
 * @param next arguments of the call that goes on behind the whole answer
 */
export async function resultOf(
  services: StepServices,
  call: Call,
  outgoing: Outgoing,
  response: HttpResponse,
  next?: JsonObject,
): Promise<CallResult> {
  const { keep, ...limits } = limitsOf(services, call, outgoing.row);
  const written: Promise<void>[] = [];
  const keeping = (whole: WholeAnswer): KeptAnswer | undefined => {
    const kept = keep?.({ ...whole, ...defined({ next }) });
    if (kept !== undefined) written.push(kept.written);
    return kept;
  };
  const { given, note } = await shapedAnswer(
    services,
    call,
    outgoing,
    response,
  );
  const read = readResult(withoutSecrets(given), outgoing.plan, {
    ...limits,
    ...defined({ keep: keep && keeping }),
  });
  const result =
    note === undefined || read.isError === true
      ? read
      : { ...read, content: [...read.content, textBlock(note)] };
  // Whoever reads the result may read on at another instance.
  await Promise.all(written);
  const rest = ownValue(result._meta?.[partKey], "next");
  return typeof rest === "string"
    ? {
        ...result,
        _meta: { ...result._meta, [nextKey]: { [partArgument]: rest } },
      }
    : result;
}

/** What is to be seen of an answer; a file is seen whole unless its owner says otherwise. */
async function shapedAnswer(
  { parts }: StepServices,
  { fields, wholeText }: Call,
  { plan: { shape } }: Outgoing,
  response: HttpResponse,
): Promise<{ readonly given: HttpResponse; readonly note?: string }> {
  if (shape === undefined) return { given: response };
  const part = await parts?.shape?.();
  if (part === undefined) throw missingPart("chooses what is seen of answers");
  const { fields: preset, ...owners } = shape;
  const shaped = await part.shaped(
    wholeText ? owners : shape,
    wholeText ? undefined : (fields ?? preset),
    response,
    parts ?? {},
  );
  return { given: shaped.response, ...defined({ note: shaped.note }) };
}

/** Text whole for a file; else as much as clients and the owner take, and the rest kept. */
export function limitsOf(
  services: StepServices,
  { caller, wholeText, reach }: Call,
  row: OperationRow,
): ResultLimits {
  const { settings, kept } = services;
  const { answerBytes, answerTokens } = row.policy;
  const { isResourceServed } = reach ?? services;
  const structured = Math.min(
    answerBytes ?? maxStructuredBytes,
    maxStructuredBytes,
  );
  if (wholeText)
    return {
      maxTextBytes: Number.MAX_SAFE_INTEGER,
      exact: true,
      maxStructuredBytes: structured,
    };
  const tokens = answerTokens ?? settings.maxResultTokens;
  return {
    maxTextBytes: Math.min(answerBytes ?? settings.maxTextBytes, mostTextBytes),
    maxStructuredBytes: structured,
    ...(tokens === 0 ? {} : { maxTokens: tokens }),
    isLinked: isResourceServed === true,
    declared: row.listing.outputSchema !== undefined,
    // What the owner makes of a result does not come with its rest.
    ...(kept === undefined || isHooked(services, row)
      ? {}
      : { keep: (whole) => kept.keep(caller.id, whole) }),
  };
}

/** Whether the owner makes something else of the results of a tool. */
export function isHooked(
  { owner }: StepServices,
  { listing }: OperationRow,
): boolean {
  const hooks = owner.custom.hooks ?? {};
  const own = Object.hasOwn(hooks, listing.name)
    ? hooks[listing.name]
    : undefined;
  return (own?.after ?? own?.replace) !== undefined;
}

/** The API may repeat what it was sent, in any field; of the body that is taken out where its parts are shown or kept. */
function withoutSecrets(response: HttpResponse): HttpResponse {
  const { headers } = response;
  return {
    ...response,
    headers: new Headers(
      [...headers].map(([name, value]) => [name, scrubText(value)]),
    ),
  };
}
