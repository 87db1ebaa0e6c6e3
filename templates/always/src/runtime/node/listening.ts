import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { ConfigurationError } from "../errors.js";

/**
 * Lets a server listen, and gives the port that it has.
 *
 * @param host absent: every address of this machine
 * @param hint what to do where it cannot
 * @throws ConfigurationError
 */
export async function listening(
  server: Server,
  host: string | undefined,
  port: number,
  hint: string,
): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) =>
      reject(
        new ConfigurationError(
          `Cannot listen on ${host ?? "port"}${host === undefined ? " " : ":"}${port} (${cause.code ?? cause.message})`,
          { hint, cause },
        ),
      ),
    );
    server.listen({ host, port, backlog: 4096 }, resolve);
  });
  return (server.address() as AddressInfo).port;
}
