/** Servers of documents that nobody is meant to call, and real ones that only look like them. */
import { describe, expect, it } from "vitest";
import { checkStart } from "../../templates/always/src/runtime/settings/start-check.ts";
import { createLog } from "../../templates/always/src/runtime/log.ts";
import type { ApiData, ServerPlan } from "../../templates/always/src/runtime/data/model.ts";
import {
  doubtOf,
  isPlaceholder,
  defaultBaseUrl,
  exampleUrl,
} from "../../templates/always/src/runtime/upstream/server-url.ts";

const placeholders =
  `https://your-domain.example.com https://yourcompany.atlassian.net https://your-company.okta.com/api
  https://yourdomain.com https://api.yourdomain.tld https://api.your_domain.com https://my-instance.service-now.com
  https://myinstance.io https://my-domain.com/v1 https://mycompany.zendesk.com https://YOUR_HOST https://your-host:8443/api
  https://YOUR_REGION.api.cognitive.microsoft.com https://api.YOUR-REGION.io https://INSERT_HOST/v2 https://changeme
  https://change-me.example.com https://api.changeme.io https://replace_me.io https://placeholder.io https://xxx.api.io
  https://xxxxxxxx.execute-api.us-east-1.amazonaws.com https://API_HOST/v1 https://HOST:8080 https://HOST/api
  https://REGION.api.io https://TENANT_ID.auth.io/x https://<host> https://<your-host>/api https://{host}/v1
  https://{tenant}.x.com https://\${host}/ https://$HOST/ https://*.api.io https://(host)/ https://[host]/
  https://api.company.tld https://api.invalid https://yoursubdomain.zendesk.com https://your-tenant-id.b2c.com
  https://yourorganization.crm.dynamics.com https://your-org.my.salesforce.com https://yourinstance.app.io https://yourstore.io
  https://api.io/YOUR_TENANT/v1 https://api.io/<tenant>/v1 https://api.io/%3Ctenant%3E https://api.io/your-account/v1
  https://youraccountid.suitetalk.api.netsuite.com https://TODO https://tbd https://fixme.io
  https://api..io //your-server.com/x https://...`.split(/\s+/);

const hosts =
  `https://api.github.com https://your-server.de https://robot-ws.your-server.de https://u1.your-storagebox.de
  https://yourls.org https://api.yourmembership.com https://my.salesforce.com https://myaccount.google.com
  https://mystore.com https://myshopify.com https://admin.myshop.io https://mydhl.express.dhl.com https://api.mytime.com
  https://myanimelist.net https://api.myjson.com https://host.docker.internal:8080 https://regional.api.io
  https://xxlarge.com https://maxxx.com https://api.instance.io https://insertion.com https://todoist.com
  https://api.todoist.com https://replaceit.com https://company.com http://api:8080 http://server:8080 http://10.0.0.1
  https://[2001:db8::1]:8443 https://API.GITHUB.COM https://api_v2.io https://müller.de https://用户.cn
  https://domains.google.com https://api.namecheap.com https://apiendpoint.io https://tenants.io https://insertmedia.com
  https://yourkit.com https://api.hostinger.com https://exampleapi.com https://status.io/my/account https://api.io/me https://account.box.com
  https://apis.io/MY_API/v1 https://api.io/your/orders https://us-east-1.api.io https://s3.amazonaws.com/x-y_z`.split(
    /\s+/,
  );

const uncertain =
  `https://example.com https://api.example.com/v1 https://example.org https://x.example.net https://mastodon.example
  https://api.test http://localhost http://localhost:8080/v1 https://api.localhost http://127.0.0.1:3000 http://127.9.9.9
  http://0.0.0.0:80 http://[::1]:8080 http://192.0.2.7 http://198.51.100.1/x http://203.0.113.9 https://example.okta.com
  https://tenant.auth0.com https://instance.service-now.com https://subdomain.zendesk.com
  https://companyname.freshdesk.com https://region.api.io https://tenant-id.api.io`.split(/\s+/);

const plan = (url: string, variables: ServerPlan["variables"] = []): ServerPlan => ({ url, variables });

describe("a server of the document", () => {
  it.each(placeholders)("%s has to be set", (url) => expect(defaultBaseUrl(plan(url))).toBeUndefined());
  it.each(hosts)("%s is called", (url) => {
    expect(isPlaceholder(url)).toBe(false);
    expect(defaultBaseUrl(plan(url))).toBeDefined();
  });
  it.each(uncertain)("%s is called, with a doubt", (url) => {
    expect(defaultBaseUrl(plan(url))).toBeDefined();
    expect(doubtOf(url)).toBeDefined();
  });
  it.each(hosts)("of %s there is no doubt", (url) => expect(doubtOf(url)).toBeUndefined());
});

describe("an example of what has to be set", () => {
  it.each([
    [undefined, "https://api.example.com"],
    ["https://your-domain.example.com/v1/", "https://api.example.com/v1"],
    ["https://{tenant}.io/api?key=1#top", "https://api.example.com/api"],
    ["/v2?key=1", "https://api.example.com/v2"],
    ["/v2#top", "https://api.example.com/v2"],
    ["../../v3/", "https://api.example.com/v3"],
    ["localhost:8080/v1", "https://localhost:8080/v1"],
    ["api.example.org/v1/", "https://api.example.org/v1"],
    ["localhost", "https://localhost"],
  ])("for %s: %s", (url, want) => expect(exampleUrl(url === undefined ? undefined : plan(url))).toBe(want));
});

describe("at the start", () => {
  const start = (servers: readonly ServerPlan[], environment: NodeJS.ProcessEnv = {}): readonly string[] => {
    const api = {
      name: "pets",
      title: "Pets",
      environmentPrefix: "PETS",
      serverGroups: [{ id: "default", environment: "PETS_BASE_URL", servers }],
      securitySchemes: {},
    } as unknown as ApiData;
    const told: string[] = [];
    const log = createLog("info", (line) => void told.push(line));
    const project = { apis: [{ data: api }] } as unknown as Parameters<typeof checkStart>[0];
    try {
      checkStart(project, {} as Parameters<typeof checkStart>[1], { environment }, log);
    } catch (fault) {
      return [`fatal: ${(fault as Error).message}`];
    }
    return told;
  };

  it("a placeholder ends the server, with the variable to set", () =>
    expect(start([plan("https://your-domain.example.com/api")])).toEqual([
      "fatal: The base URL of the API is not known: its document has only https://your-domain.example.com/api, which stands for an address that it does not know. Set PETS_BASE_URL to it, for example https://api.example.com/api.",
    ]));

  it("a placeholder for a server variable counts as none", () => {
    const tenant = { name: "tenant", environment: "PETS_TENANT", default: "your-tenant" };
    const servers = [plan("https://{tenant}.pets.io/v1", [tenant])];
    expect(start(servers)).toEqual([
      "fatal: The base URL of the API is not known: its document leaves parts of https://{tenant}.pets.io/v1 open. Set PETS_TENANT, or PETS_BASE_URL to the whole, for example https://api.example.com/v1.",
    ]);
    expect(start(servers, { PETS_TENANT: "acme" })).toEqual([]);
    expect(start(servers, { PETS_TENANT: "your-tenant" })).toEqual([]);
  });

  it("a name of examples and this machine are told, unless the owner named them", () => {
    for (const [url, why] of [
      ["https://pets.example.com", "a name that is reserved for examples"],
      ["http://localhost:8080", "this machine"],
    ] as const) {
      const [line = "", ...more] = start([plan(url)]);
      expect(line).toContain(`Calls go to ${url}, ${why}: set PETS_BASE_URL if the API is elsewhere.`);
      expect(more).toEqual([]);
      expect(start([plan(url)], { PETS_BASE_URL: url })).toEqual([]);
    }
  });

  it("the next server is taken where the first is a placeholder", () =>
    expect(start([plan("https://your-host/api"), plan("https://api.pets.io")])).toEqual([]));
});
