/**
 * The steps of a call. Each stands in a file of its own, loaded when the first call reaches it, so that a list of tools
 * does not wait for it.
 */
import { ConfigurationError, missingPart } from "../errors.js";
import type { NamedStep, Step, StepParts, StepServices } from "./call.js";

/** Turns faults into results, and writes the line of the log. */
export const record: NamedStep = {
  name: "record",
  once: true,
  make: async (services) => (await import("./record.js")).record(services),
};

/** Tells a client that asked for it that the call goes on. */
export const progress: NamedStep = {
  name: "progress",
  once: true,
  make: async () => (await import("./progress.js")).progress(),
};

/** Refuses callers that call too often: `src/rate-limit.ts`. */
export const admit: NamedStep = {
  name: "admit",
  once: true,
  make: async (services) => (await import("./admit.js")).admit(services),
};

/** Gives results the shape that the tool declares. */
export const declare: NamedStep = {
  name: "declare",
  once: true,
  make: async () => (await import("./declare.js")).declare(),
};

/** Answers calls that still run when the server is stopped. */
export const untilStopped: NamedStep = {
  name: "untilStopped",
  once: true,
  make: async (services) =>
    (await import("./until-stopped.js")).untilStopped(services),
};

/** Refuses callers that lack a scope of the tool. */
export const authorise: NamedStep = {
  name: "authorise",
  make: async (services) =>
    (await import("./authorise.js")).authorise(services),
};

/** Refuses arguments that do not meet the tool's schema. */
export const validate: NamedStep = {
  name: "validate",
  make: async (services) => (await import("./validate.js")).validate(services),
};

/** Refuses what the policy does not let pass, and lessens what it lets pass in part. */
export const policy: NamedStep = {
  name: "policy",
  part: "policy",
  needed: true,
  make(services) {
    if (services.policy === undefined) throw missingPart("keeps policies");
    return services.policy.check(services);
  },
};

/** Runs the owner's hooks, and the owner's own tools: `src/custom.ts`. */
export const hooks: NamedStep = {
  name: "hooks",
  make: async (services) => (await import("./hooks.js")).hooks(services),
};

/** Makes the request of the API that the arguments mean. */
export const request: NamedStep = {
  name: "request",
  make: async (services) => (await import("./request.js")).request(services),
};

/** Has requests approved that the policy asks about, and shows those of a dry run. */
export const approve: NamedStep = {
  name: "approve",
  part: "policy",
  needed: true,
  make(services) {
    if (services.policy === undefined) throw missingPart("keeps policies");
    return services.policy.approve(services);
  },
};

/** Takes a kept answer in place of a new one, where the server has that part and the API allows it. */
export const cache: NamedStep = {
  name: "cache",
  part: "cache",
  make: (services) => ofPart("cache", services),
};

/** Waits for work that goes on after the answer, where the server has that part. */
export const jobs: NamedStep = {
  name: "jobs",
  part: "jobs",
  make: (services) => ofPart("jobs", services),
};

/** Sends it, with the credentials of `src/auth.ts`. */
export const send: NamedStep = {
  name: "send",
  make: async (services) => (await import("./send.js")).send(services),
};

/** Makes a result of the API's answer. */
export const answer: NamedStep = {
  name: "answer",
  make: async (services) => (await import("./answer.js")).answer(services),
};

/** The order that a server has unless `src/main.ts` says another: entered first to last, left last to first. */
export const standardSteps: readonly NamedStep[] = [
  record,
  progress,
  admit,
  declare,
  untilStopped,
  authorise,
  validate,
  policy,
  hooks,
  request,
  approve,
  cache,
  jobs,
  send,
  answer,
];

/** The step that an optional part is. Without the part nobody asks for it: see `run.ts`. */
async function ofPart(
  name: Exclude<keyof StepParts, "policy">,
  services: StepServices,
): Promise<Step> {
  const part = await services.parts?.[name]?.();
  if (part === undefined) throw missingPart(`is the step "${name}"`);
  return part.step(services);
}

/**
 * Messages about a list of the owner's: standard steps that it leaves out, such as those of a newer version or of a part
 * that the server has got since.
 *
 * @throws ConfigurationError where it leaves out one without which the server would be less safe
 */
export function stepFaults(
  steps: readonly NamedStep[] = standardSteps,
  parts: StepParts = {},
): readonly string[] {
  const names = new Set(steps.map(({ name }) => name));
  const missing = standardSteps
    .filter(({ part }) => part === undefined || parts[part] !== undefined)
    .filter(({ name }) => !names.has(name));
  const needed = missing.find((step) => step.needed === true);
  if (needed !== undefined)
    throw new ConfigurationError(
      `src/main.ts leaves out the step "${needed.name}", and this server has the part that needs it`,
      {
        hint: `Add \`step.${needed.name}\` to its list, where \`standardSteps\` of src/runtime/call/steps.ts has it.`,
      },
    );
  return missing.map(({ name }) => `src/main.ts leaves out the step "${name}"`);
}
