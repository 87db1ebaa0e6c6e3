/** The part that decides by a policy what callers may do. */
import type { PolicyOptions } from "../tools/tool-parts.js";
import type { Policy } from "../call/call.js";
import { ownValue } from "../data/json-place.js";
import type { JsonValue } from "../data/model-parts.js";
import type { ToolListing } from "../data/model.js";
import { ConfigurationError } from "../errors.js";
import type { Gate, ToolRow } from "../tools/tool-table.js";
import { mayCall } from "./decide.js";
import { policyFaults, type RuledServer } from "./policy-faults.js";
import {
  type PolicyData,
  type PolicyFault,
  type PolicyFile,
  type RuledTool,
} from "./policy-data.js";
import { Approvals } from "./approvals.js";
import { approvalsPage } from "./approvals-page.js";
import {
  type ApprovalSettings,
  readApprovalSettings,
} from "./approval-settings.js";
import type { Approving } from "./approve.js";
import { approveStep } from "./approve-step.js";
import { checkStep } from "./check-step.js";
import { readPolicy } from "./read-policy.js";
import { signingWith } from "./signing.js";
import { ApprovalWebhook } from "./webhook.js";

const variable = "MCP_POLICY_FILE";

/** @throws ConfigurationError where the policy is none, or is about what this server has not */
export function createPolicy(options: PolicyOptions): Policy {
  const { host, log } = options;
  const settings = readApprovalSettings(host);
  const approving = approvingOf(options, settings);
  const file = options.generated as PolicyFile | undefined;
  const server = serverOf(options, file);
  const ruled = new Map(server.tools.map((tool) => [tool.name, tool]));
  const path = host.environment[variable]?.trim() || undefined;
  let current: PolicyData;
  if (path === undefined)
    current = accepted(file?.policy ?? { rules: [] }, server, "policy.json");
  else {
    current = accepted(
      parsed(textOf(path, host.readText), path),
      server,
      variable,
    );
    host.watch?.(path, () => {
      try {
        current = accepted(
          parsed(textOf(path, host.readText), path),
          server,
          variable,
        );
        log.info("policy", { rules: current.rules.length });
      } catch (fault) {
        const message = fault instanceof Error ? fault.message : String(fault);
        log.error("policy", {
          message: `${message}. The policy of before holds on.`,
        });
      }
    });
  }
  const gate = (toolset: string | undefined): Gate => ({
    mayCall(row, caller) {
      const tool = ruledRow(row, ruled);
      return tool === undefined
        ? { allowed: true, rule: "default" }
        : mayCall(current, tool, { caller, toolset });
    },
    within: gate,
  });
  return {
    gate: gate(undefined),
    check: checkStep({
      policy: () => current,
      ruled: (row) => ruledRow(row, ruled),
      approving,
    }),
    approve: approveStep(approving, (tool) => ruled.get(tool)?.reads),
    approvalMs: settings.expiresInMs,
    routes:
      settings.page === undefined
        ? []
        : [
            approvalsPage({
              approvals: approving.approvals,
              key: settings.key,
              signing: approving.told?.signing,
              log,
            }),
          ],
    close: async () => approving.told?.webhook.close(),
  };
}

function approvingOf(
  { host, log, store, project }: PolicyOptions,
  settings: ApprovalSettings,
): Approving {
  const { webhook } = settings;
  const approvals = new Approvals(store, settings.expiresInMs);
  const server = project.data.name;
  if (webhook === undefined) return { approvals, settings, server };
  const signing = signingWith(webhook.key);
  return {
    approvals,
    settings,
    server,
    told: {
      signing,
      webhook: new ApprovalWebhook(webhook, signing, host.exchange, log),
    },
  };
}

/** `undefined` for tools that only lead to others: each of those is decided about by itself. */
function ruledRow(
  row: ToolRow,
  ruled: ReadonlyMap<string, RuledTool>,
): RuledTool | undefined {
  if (row.kind === "custom" && row.isFinding === true) return undefined;
  return ruled.get(row.listing.name) ?? ruledTool(row.listing);
}

function serverOf(
  { project, custom }: PolicyOptions,
  file: PolicyFile | undefined,
): RuledServer {
  const operations = project.apis.flatMap(({ groups }) =>
    groups.flatMap(({ tools }) => tools),
  );
  return {
    tools: [
      ...operations.map((listing) => ({
        ...ruledTool(listing),
        ...(file !== undefined && Object.hasOwn(file.tools, listing.name)
          ? file.tools[listing.name]
          : {}),
      })),
      ...(custom.tools ?? []).map(({ name, annotations, inputSchema }) =>
        ruledTool({ name, annotations: annotations ?? {}, inputSchema }),
      ),
    ],
    toolsets: (project.plan?.toolsets ?? []).map(({ name }) => name),
  };
}

function ruledTool({
  name,
  annotations,
  inputSchema,
}: {
  readonly name: string;
  readonly annotations: Partial<ToolListing["annotations"]>;
  readonly inputSchema: object;
}): RuledTool {
  const required = ownValue(inputSchema, "required");
  const properties = ownValue(inputSchema, "properties") ?? {};
  return {
    name,
    annotations: {
      readOnlyHint: false,
      destructiveHint: true,
      idempotentHint: false,
      openWorldHint: true,
      ...annotations,
    },
    arguments: new Map(
      Object.keys(properties as object).map((argument) => [
        argument,
        Array.isArray(required) && required.includes(argument),
      ]),
    ),
  };
}

function textOf(
  path: string,
  readText: PolicyOptions["host"]["readText"],
): string {
  try {
    if (readText !== undefined) return readText(path);
  } catch (cause) {
    throw new ConfigurationError(`The file of ${variable} cannot be read`, {
      hint: "Check its path and that this server may read it.",
      cause,
    });
  }
  throw new ConfigurationError(
    `${variable} names a file, and this server runs where there are none`,
  );
}

/** @throws ConfigurationError with the line, where the engine tells the place */
function parsed(text: string, path: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    if (/\.ya?ml$/i.test(path))
      throw new ConfigurationError(
        `The file of ${variable} is YAML, and a server reads JSON: make it with openapi-to-mcp policy print rules.yaml > policy.json`,
        { cause },
      );
    const position = /position (\d+)/.exec(String(cause))?.[1];
    const line =
      position === undefined
        ? text.split("\n").length
        : text.slice(0, Number(position)).split("\n").length;
    throw new ConfigurationError(
      `The file of ${variable} is no JSON, line ${line}`,
      { cause },
    );
  }
}

function accepted(
  value: unknown,
  server: RuledServer,
  source: string,
): PolicyData {
  const read = readPolicy(value);
  const faults =
    "faults" in read ? read.faults : policyFaults(read.policy, server);
  if ("policy" in read && faults.length === 0) return read.policy;
  throw new ConfigurationError(
    `The policy of ${source} cannot be kept: ${faults.slice(0, 5).map(sentenceOf).join("; ")}${faults.length > 5 ? `; and ${faults.length - 5} more` : ""}`,
  );
}

function sentenceOf({ pointer, message }: PolicyFault): string {
  return pointer === "" ? message : `at ${pointer}, ${message}`;
}
