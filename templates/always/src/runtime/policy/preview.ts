/** What a person is shown of a call before it is made, and what a dry run shows in its place. */
import type { Call, StepServices } from "../call/call.js";
import { planOf } from "../call/plan.js";
import { utf8Text } from "../data/bytes.js";
import { ownValue } from "../data/json-place.js";
import type { JsonValue } from "../data/model-parts.js";
import { CallError } from "../errors.js";
import { scrubText } from "../secret.js";
import { visibleLine, visibleText } from "../text/visible.js";
import type { HttpRequest } from "../upstream/http-message.js";

/** Characters of a body, or of an item. */
const mostCharacters = 2_000;

/** The request as it would be sent, but for credentials, which are added when it is. */
export function requestText({
  method,
  url,
  headers,
  body,
}: HttpRequest): string {
  const lines = [
    `${method} ${url}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ].map((line) => visibleLine(scrubText(line), mostCharacters));
  return [...lines, ...bodyText(body)].join("\n");
}

function bodyText(body: HttpRequest["body"]): readonly string[] {
  if (body === undefined) return [];
  const isText =
    typeof body === "string" ||
    !/[\0-\x08\x0e-\x1f\ufffd]/.test(utf8Text(body));
  if (!isText) return ["", `(${body.length} bytes)`];
  return ["", shown(typeof body === "string" ? body : utf8Text(body))];
}

function shown(text: string): string {
  const clean = visibleText(scrubText(text));
  const characters = [...clean];
  return characters.length <= mostCharacters
    ? clean
    : `${characters.slice(0, mostCharacters).join("")}… (${characters.length - mostCharacters} characters more)`;
}

/** What a call would do: its request where there is one, else its tool and arguments. */
export async function previewOf(
  { table }: StepServices,
  call: Call,
  reads: string | undefined,
): Promise<string> {
  const { row, args, outgoing } = call;
  const { name, title, annotations } = row.listing;
  const kind = annotations.destructiveHint
    ? "It may change or remove what exists."
    : "It changes something.";
  const what =
    outgoing === undefined
      ? `Arguments: ${shown(JSON.stringify(args))}`
      : `Request:\n${requestText(outgoing.request)}`;
  const reading = reads === undefined ? undefined : table.get(reads);
  const now =
    outgoing === undefined || reading?.kind !== "operation"
      ? undefined
      : await itemNow(call, reading.listing.name, [
          outgoing.plan,
          await planOf(reading),
        ]);
  return [
    `${visibleLine(title, 200)} (${name}) is about to be called. ${annotations.readOnlyHint ? "" : kind}`.trim(),
    what,
    ...(now === undefined
      ? []
      : [`As it is now (${reading?.listing.name}):\n${now}`]),
  ].join("\n\n");
}

/** The item that a call is about, read by the operation at the same path, for the same caller. */
async function itemNow(
  call: Call,
  reads: string,
  [own, reading]: readonly Awaited<ReturnType<typeof planOf>>[],
): Promise<string | undefined> {
  const given = new Map(
    own?.request.parameters
      .filter(({ in: place }) => place === "path")
      .map(({ name, argument }) => [name, ownValue(call.args, argument)]),
  );
  const args: { [argument: string]: JsonValue } = {};
  for (const { name, argument, in: place } of reading?.request.parameters ??
    []) {
    const value = given.get(name);
    if (place === "path" && value !== undefined) args[argument] = value;
  }
  try {
    const { content } = await call.callTool(reads, args, { anew: true });
    return shown(
      content
        .flatMap((block) => (block.type === "text" ? [block.text] : []))
        .join("\n"),
    );
  } catch (fault) {
    if (fault instanceof CallError) return shown(fault.message);
    throw fault;
  }
}
