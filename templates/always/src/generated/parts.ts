/** The optional parts of the runtime that this server has, on whatever host: those that its documents need. */
import type { Parts } from "../runtime/data/parts.js";

export const parts: Parts = {
  audit: () => import("../runtime/audit/audit.js"),
  authorization: () => import("../runtime/authorization/authorization.js"),
  cache: () => import("../runtime/cache/cache.js"),
  credentials: () => import("../runtime/credentials/caller-credentials.js"),
  discovery: () => import("../runtime/finding/discovery.js"),
  files: () => import("../runtime/request/files.js"),
  jmespath: () => import("../runtime/jmespath/jmespath.js"),
  jobs: () => import("../runtime/jobs/jobs.js"),
  jsonpath: () => import("../runtime/jsonpath/jsonpath.js"),
  metrics: () => import("../runtime/metrics/metrics.js"),
  multipart: () => import("../runtime/request/multipart.js"),
  pages: () => import("../runtime/pages/pages.js"),
  policy: () => import("../runtime/policy/policy.js"),
  prompts: () => import("../runtime/prompts/prompt-methods.js"),
  proxy: () => import("../runtime/proxy/trusted-proxies.js"),
  resources: () => import("../runtime/resources/resource-part.js"),
  shape: () => import("../runtime/shape/shape.js"),
  sse: () => import("../runtime/sse/sse.js"),
  strict: () => import("../runtime/strict/strict.js"),
  telemetry: () => import("../runtime/telemetry/telemetry.js"),
  toolsets: () => import("../runtime/toolsets/slice.js"),
  workflows: () => import("../runtime/workflows/workflows.js"),
  xml: () => import("../runtime/request/xml.js"),
};
