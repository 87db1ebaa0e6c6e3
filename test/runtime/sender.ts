/** What sends requests, on the host that these tests run on. */
import { nodeHost } from "../../templates/always/src/runtime/node/host.ts";
import type { Log } from "../../templates/always/src/runtime/log.ts";
import type { Settings } from "../../templates/always/src/runtime/settings/settings.ts";
import { createSender, type Sender } from "../../templates/always/src/runtime/upstream/send.ts";

export function openSender(settings: Settings, log: Log): Sender & { close(): Promise<void> } {
  const host = nodeHost({}, settings);
  return { ...createSender(settings, log, host.exchange), close: () => host.close() };
}

export type OpenSender = ReturnType<typeof openSender>;
