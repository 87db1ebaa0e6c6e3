/** The optional parts of the runtime, as a server that needs them all lists them. */
import type { Parts } from "../../templates/always/src/runtime/data/parts.ts";

export const everyPart: Parts = {
  authorization: () => import("../../templates/always/src/runtime/authorization/authorization.ts"),
  cache: () => import("../../templates/always/src/runtime/cache/cache.ts"),
  credentials: () => import("../../templates/always/src/runtime/credentials/caller-credentials.ts"),
  files: () => import("../../templates/always/src/runtime/node/files.ts"),
  jmespath: () => import("../../templates/always/src/runtime/jmespath/jmespath.ts"),
  multipart: () => import("../../templates/always/src/runtime/request/multipart.ts"),
  pages: () => import("../../templates/always/src/runtime/pages/pages.ts"),
  prompts: () => import("../../templates/always/src/runtime/prompts/prompt-methods.ts"),
  proxy: () => import("../../templates/always/src/runtime/proxy/trusted-proxies.ts"),
  redis: () => import("../../templates/always/src/runtime/node/redis.ts"),
  resources: () => import("../../templates/always/src/runtime/resources/resource-part.ts"),
  shape: () => import("../../templates/always/src/runtime/shape/shape.ts"),
  xml: () => import("../../templates/always/src/runtime/request/xml.ts"),
};

export function everyPartBut(name: keyof Parts): Parts {
  return Object.fromEntries(Object.entries(everyPart).filter(([part]) => part !== name));
}
