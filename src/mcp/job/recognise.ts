/**
 * Which operations start work that goes on after their answer, how its state is read, and what ends it: by what the
 * document says of their answers and of its other operations, without a word of the owner's.
 */
import type { Operation, Response } from "../../api/model.ts";
import { defined } from "../../base/defined.ts";
import { pointerTo } from "../../base/json.ts";
import type { SchemaNode } from "../../base/schema/node.ts";
import type { JobPlan, JobReading } from "../model.ts";
import { lettersOf } from "../pages/signs.ts";
import { followersOf } from "./followers.ts";
import { linkReadings } from "./links.ts";
import type { Candidate } from "./path-match.ts";
import { readOf } from "./readers.ts";
import type { StatusPlace } from "./status-place.ts";
import type { Work } from "./work.ts";

const statusHeaders = ["operation-location", "azure-asyncoperation", "location", "content-location"] as const;

/** How the work is followed that an operation starts; `undefined` where it starts none, or nothing tells how. */
export function recogniseJob(start: Candidate, work: Work): JobPlan | undefined {
  const { operation } = start;
  if (operation.method === "GET" || operation.method === "QUERY") return repeated(operation);
  if (["HEAD", "OPTIONS", "TRACE"].includes(operation.method)) return undefined;
  const answered = work.answeredBy(start);
  const { answer, started, accepted } = answered;
  // Whoever says the status themselves sets it: nobody works on it.
  if (started !== undefined && isSetBy(start, started)) return undefined;
  const isAccepted = accepted !== undefined;
  if (!isAccepted && (started?.isSure !== true || operation.method !== "POST")) return undefined;
  const first = readOf(start, work, answered);
  const readings: readonly JobReading[] = [
    ...headersOf(accepted, ["operation-location", "azure-asyncoperation"]),
    ...linkReadings(start, work.all),
    ...(first === undefined ? [] : [{ by: "operation" as const, ...first.call }]),
    ...headersOf(accepted, ["location", "content-location"]),
    ...(answer === undefined ? [] : urlsOf(answer, isAccepted, started)),
  ];
  if (readings.length === 0) return undefined;
  const reading = readings.find(({ by }) => by === "operation");
  const reader =
    reading?.by === "operation" ? work.all.find(({ tool }) => tool.listing.name === reading.tool) : undefined;
  const status = reader === undefined ? first?.status : work.statusOf(reader);
  const calls = first === undefined ? {} : followersOf(start, first, work);
  return {
    readings,
    ...defined({ started: started?.status, read: status?.status ?? started?.status }),
    ...calls,
  };
}

/** What reads is answered 202 while it is not ready: the same request again gives it. */
function repeated({ responses }: Operation): JobPlan | undefined {
  const isLater = responses.some(({ status }) => status === "202");
  const isReady = responses.some(({ status }) => ["200", "201", "2XX", "302", "303"].includes(status));
  return isLater && isReady ? { readings: [{ by: "same" }] } : undefined;
}

function isSetBy({ tool }: Candidate, { name }: StatusPlace): boolean {
  const { body } = tool.call.request;
  return body?.fields?.some((field) => field.name === name) === true;
}

function headersOf(accepted: Response | undefined, names: readonly (typeof statusHeaders)[number][]): JobReading[] {
  const there = names.filter((name) => accepted?.headers?.includes(name) === true);
  return there.map((name) => ({ by: "header", name }));
}

const statusUrl =
  /^(?:(?:status|operation|poll|polling|monitor|monitoring|progress|job|task|check|statuscheck|statusquery|statusqueryget|statuspoll|tracking)(?:url|uri|href|link|endpoint)|urltostatus)$/;
const plainUrl = /^(?:url|href|self|selfurl|selflink|location|resourceurl)$/;

/** Properties that are the URL of the state: by their name, or, of what is accepted, as its own. */
function urlsOf(answer: SchemaNode, isAccepted: boolean, started: StatusPlace | undefined): readonly JobReading[] {
  const isOwn = isAccepted || started?.isSure === true;
  const links: JobReading[] = [];
  const visit = (node: SchemaNode, at: string, level: number, isLink: boolean): void => {
    for (const [name, { whole }] of node.whole.properties) {
      const letters = lettersOf(name);
      const pointer = pointerTo(at, name);
      const isText = whole.types.includes("string");
      const fits = statusUrl.test(letters) || (isLink && /^(?:status|self|operation|job|poll|href)$/.test(letters));
      if (isText && (fits || (isAccepted && started !== undefined && plainUrl.test(letters))))
        links.push({ by: "property", at: pointer });
      else if (level < 2 && whole.hasProperties && /^(?:links?|urls|data|self|status)$/.test(letters))
        visit(whole, pointer, level + 1, isLink || /^(?:links?|urls|self)$/.test(letters));
    }
  };
  if (isOwn) visit(answer, "", 0, false);
  return links.slice(0, 3);
}
