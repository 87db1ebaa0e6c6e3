/** Plans for tests of the request. */
import { buildRequest } from "../../templates/always/src/runtime/request/build.ts";
import type { HttpRequest } from "../../templates/always/src/runtime/upstream/http-message.ts";
import type {
  BodyContent,
  BodyPlan,
  HttpPlan,
  JsonObject,
  JsonValue,
  ParameterPlan,
} from "../../templates/always/src/runtime/data/model.ts";
import { everyPart } from "./parts.ts";

export const base = "https://api.example.com/v1";

export function plan(parts: Partial<HttpPlan> = {}): HttpPlan {
  return { method: "GET", path: "/things", server: "default", parameters: [], accept: [], security: [], ...parts };
}

export function parameter(place: ParameterPlan["in"], parts: Partial<ParameterPlan> = {}): ParameterPlan {
  const style = place === "path" || place === "header" ? "simple" : "form";
  return { argument: "color", name: "color", in: place, style, explode: style === "form", ...parts };
}

/** A POST whose argument `body` is the whole body. */
export function bodyPlan(content: BodyContent, parts: Partial<BodyPlan> = {}): HttpPlan {
  return plan({ method: "POST", body: { required: true, argument: "body", contents: [content], ...parts } });
}

export async function build(httpPlan: HttpPlan, args: JsonObject, baseUrl = base): Promise<HttpRequest> {
  return buildRequest(httpPlan, args, {
    baseUrl,
    writers: everyPart,
    readFile: () => Promise.reject(new Error("no file is read here")),
  });
}

/** What one parameter `color` makes of a value: the URL behind the base, or a header. */
export async function target(parameterPlan: ParameterPlan, value: JsonValue, path = "/things"): Promise<string> {
  const request = await build(plan({ path, parameters: [parameterPlan] }), { color: value });
  return request.url.slice(base.length);
}

export async function header(
  parameterPlan: ParameterPlan,
  value: JsonValue,
  name: string,
): Promise<string | undefined> {
  const request = await build(plan({ parameters: [parameterPlan] }), { color: value });
  return request.headers.find(([key]) => key === name)?.[1];
}

export function contentType(request: HttpRequest): string | undefined {
  return request.headers.find(([name]) => name === "Content-Type")?.[1];
}
