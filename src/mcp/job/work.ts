/** The operations of an API, and what they answer, as far as work may go on after it. */
import type { Response } from "../../api/model.ts";
import type { SchemaNode } from "../../base/schema/node.ts";
import { isJson, isSequential } from "../input/media-type.ts";
import { resultSchema } from "../listed/output.ts";
import type { JobCall } from "../model.ts";
import { type Candidate, shapeOf } from "./path-match.ts";
import { type StatusPlace, statusPlaceOf } from "./status-place.ts";

/** What an operation answers that starts work. */
export interface Answered {
  readonly answer: SchemaNode | undefined;
  readonly started: StatusPlace | undefined;
  readonly accepted: Response | undefined;
}

/** An operation that reads a state, how it is called, and what its answer says. */
export interface Read {
  readonly candidate: Candidate;
  readonly call: JobCall;
  readonly status: StatusPlace | undefined;
}

/** The operations of one API, as they are asked about. */
export class Work {
  readonly all: readonly Candidate[];
  readonly #byShape = new Map<string, Candidate[]>();
  readonly #below = new Map<string, Candidate[]>();
  readonly #places = new Map<Candidate, StatusPlace | undefined>();

  constructor(all: readonly Candidate[]) {
    this.all = all;
    for (const candidate of all) {
      const { segments } = candidate;
      put(this.#byShape, shapeOf(segments), candidate);
      put(this.#below, shapeOf(segments.slice(0, -1)), candidate);
    }
  }

  /** The operations of a path, whatever its parameters are called. */
  at(shape: string): readonly Candidate[] {
    return this.#byShape.get(shape) ?? [];
  }

  /** The operations of the paths one segment below. */
  below(shape: string): readonly Candidate[] {
    return this.#below.get(shape) ?? [];
  }

  /** What an operation answers, as far as work may go on after it. */
  answeredBy({ operation }: Candidate): Answered {
    const accepted = operation.responses.find(({ status }) => status === "202");
    const answer = jsonOf(accepted) ?? resultSchema(operation);
    return { answer, started: statusPlaceOf(answer), accepted };
  }

  /** The status that a success answers with. */
  statusOf(candidate: Candidate): StatusPlace | undefined {
    if (!this.#places.has(candidate)) this.#places.set(candidate, statusPlaceOf(resultSchema(candidate.operation)));
    return this.#places.get(candidate);
  }
}

function put(map: Map<string, Candidate[]>, key: string, candidate: Candidate): void {
  const others = map.get(key);
  if (others === undefined) map.set(key, [candidate]);
  else others.push(candidate);
}

function jsonOf(response: Response | undefined): SchemaNode | undefined {
  return response?.contents.find(({ mediaType }) => isJson(mediaType) && !isSequential(mediaType))?.schema;
}
