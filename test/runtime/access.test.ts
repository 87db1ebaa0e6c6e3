/** Who a caller over HTTP is: never another, however many there are. */
import { createServer, request } from "node:http";
import { expect, it } from "vitest";
import { createGuard } from "../../templates/always/src/runtime/node/http-guard.js";
import { readSettings } from "../../templates/always/src/runtime/settings/settings.js";
import { listen } from "./send-fault-server.js";

it("of two callers without a token, each is its own by its address", async () => {
  const guard = createGuard(readSettings({}));
  const server = createServer((asked, response) => {
    const caller = guard.caller(asked);
    response.end("id" in caller ? caller.id : "refused");
  });
  const { port, close } = await listen(server);
  const idOf = (localAddress: string) =>
    new Promise<string>((resolve, reject) => {
      request({ host: "127.0.0.1", port, localAddress }, (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (part: string) => (text += part)).on("end", () => resolve(text));
      })
        .on("error", reject)
        .end();
    });
  expect(await idOf("127.0.0.1")).toBe("address:127.0.0.1");
  // Loopback has more addresses than one on Linux only.
  if (process.platform === "linux") expect(await idOf("127.0.0.2")).toBe("address:127.0.0.2");
  await close();
});
