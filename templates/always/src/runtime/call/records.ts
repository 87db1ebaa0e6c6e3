/** Records of an answer that is a stream, told to a client that asked for progress while they come. */
import { utf8 } from "../data/bytes.js";
import { letGo } from "../upstream/deadline.js";
import { textPart } from "../response/part.js";
import { recordReader, type StreamRecord } from "../response/record-reader.js";
import { streamForm } from "../response/records.js";
import { visibleLine } from "../text/visible.js";
import type { ReadAlong } from "../upstream/http-message.js";
import { isHooked } from "./answer.js";
import type { Call, Outgoing, StepServices } from "./call.js";

/** Messages at once, milliseconds between further ones, and messages of a call at most. */
const burst = 10;
const everyMs = 250;
const mostMessages = 1_000;
/** Characters of a record that a message shows. */
const mostShown = 300;
const mostOfName = 50;

export interface RecordsTold {
  readonly readAlong: ReadAlong;
  /** Nothing is told after it. */
  end(): void;
}

/** `undefined` where the client did not ask. */
export function tellRecords(
  services: StepServices,
  call: Call,
  outgoing: Outgoing,
): RecordsTold | undefined {
  const { progress, row } = call;
  if (progress === undefined) return undefined;
  const { title } = row.listing;
  const isShown = mayBeShown(services, call, outgoing);
  const pace = new Pace((record: StreamRecord, form: string) =>
    progress(`${title}: ${wordsOf(record, form, isShown)}`),
  );
  return {
    readAlong: (status, headers) => {
      const form = streamForm(headers.get("content-type"));
      if (status < 200 || status >= 300 || form === undefined) return undefined;
      const kind = form === "events" ? "event" : "record";
      return recordReader(form, (record) => pace.tell(record, kind));
    },
    end: () => pace.end(),
  };
}

/** Whether the client gets the answer as the API gave it: what somebody else makes of it is not told before. */
function mayBeShown(
  services: StepServices,
  call: Call,
  { plan: { shape }, row }: Outgoing,
): boolean {
  const isShaped =
    (shape?.drop ?? shape?.keep ?? shape?.jmespath) !== undefined;
  return call.outer === undefined && !isShaped && !isHooked(services, row);
}

function wordsOf(
  { number, event, data }: StreamRecord,
  kind: string,
  isShown: boolean,
): string {
  if (!isShown) return `${number} ${number === 1 ? kind : `${kind}s`} so far`;
  const name =
    event === undefined ? "" : ` (${textOf(utf8(event), mostOfName)})`;
  return `${kind} ${number}${name}: ${textOf(data, mostShown)}`;
}

/** Without secrets and hidden characters, like every text of an answer. */
function textOf(bytes: Uint8Array, characters: number): string {
  const whole = { kind: "text", bytes, mimeType: "" } as const;
  const { text = "" } = textPart(whole, 0, characters * 4) ?? {};
  return visibleLine(text, characters);
}

/** Lets through as many as a client can read; of others the last, once there is time. */
class Pace {
  readonly #say: (record: StreamRecord, kind: string) => void;
  #left = burst;
  #since = performance.now();
  #count = 0;
  #waiting: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  constructor(say: (record: StreamRecord, kind: string) => void) {
    this.#say = say;
  }

  tell(record: StreamRecord, kind: string): void {
    if (this.#isOver || this.#count >= mostMessages) return;
    this.#waiting = () => this.#say(record, kind);
    this.#earn();
    if (this.#left >= 1) return this.#let();
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#earn();
      this.#let();
    }, everyMs);
    letGo(this.#timer);
  }

  end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#waiting = undefined;
  }

  #earn(): void {
    const now = performance.now();
    this.#left = Math.min(burst, this.#left + (now - this.#since) / everyMs);
    this.#since = now;
  }

  #let(): void {
    const say = this.#waiting;
    this.#waiting = undefined;
    if (say === undefined) return;
    this.#left -= 1;
    this.#count += 1;
    say();
  }
}
