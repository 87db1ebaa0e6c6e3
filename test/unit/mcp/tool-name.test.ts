import { describe, expect, it } from "vitest";
import type { FormerSurface } from "../../../src/mcp/curation/anchor.ts";
import { environmentPrefix, prefixOfApi } from "../../../src/mcp/names/environment-prefix.ts";
import { EnvironmentNames, fileNames, Names, joinWords } from "../../../src/mcp/names/names.ts";
import { words } from "../../../src/mcp/names/words.ts";
import { toolsOf } from "../document.ts";

describe("words", () => {
  it.each([
    ["listPets", "list pets"],
    ["list-pets_v2", "list pets v2"],
    ["getHTTPStatus", "get http status"],
    ["OAuth2Token", "oauth2 token"],
    ["listRedirectURLs", "list redirect urls"],
    ["floatingIPsList", "floating ips list"],
    ["getUserIDs", "get user ids"],
    ["APIsByVMs", "apis by vms"],
    ["listCAs", "list cas"],
    ["IPv4AddressesAndIPv6", "ipv4 addresses and ipv6"],
    ["queryGraphQLSchema", "query graphql schema"],
    ["getAPIv2Users", "get api v2 users"],
    ["IoTDevice", "iot device"],
    ["OpenIDConfiguration", "openid configuration"],
    ["getUSState", "get us state"],
    ["AUsersList", "a users list"],
    ["enable2FA", "enable 2fa"],
    ["iOSApps of macOS", "ios apps of macos"],
    ["Straße Łódź", "strasse lodz"],
    ["получитьСписок", "poluchit spisok"],
    ["repos/list-for-org", "repos list for org"],
    ["Créer l'élève", "creer leleve"],
    ["获取用户", ""],
  ])("%s is %s", (text, want) => expect(words(text).join(" ")).toBe(want));
});

describe("joinWords", () => {
  it("keeps what fits", () => expect(joinWords(["list", "pets"], 50)).toBe("list_pets"));
  it("keeps whole words and puts the hash of all inside the limit", () => {
    const name = joinWords("a very long name that does not fit into the fifty characters of a tool".split(" "), 50);
    expect(name).toMatch(/^a_very_long_name_that_does_not_fit_into_the_[0-9a-f]{6}$/);
    expect(name.length).toBeLessThanOrEqual(50);
  });
  it("tells two long names apart that start alike", () => {
    const long = "a".repeat(49);
    expect(joinWords([long, "one"], 50)).not.toBe(joinWords([long, "two"], 50));
  });
});

describe("Names", () => {
  it("numbers what differs by case only, within the limit", () => {
    const names = new Names(10);
    expect(["abcdefghij", "ABCDEFGHIJ", "abcdefghij"].map((wish) => names.allocate(wish))).toEqual([
      "abcdefghij",
      "ABCDEFGH_2",
      "abcdefgh_3",
    ]);
  });
});

describe("names of files and folders", () => {
  const devices =
    "con prn aux nul com1 com2 com3 com4 com5 com6 com7 com8 com9 lpt1 lpt2 lpt3 lpt4 lpt5 lpt6 lpt7 lpt8 lpt9";
  it.each([...devices.split(" "), "index", "package", "node_modules"])("%s is none", (name) =>
    expect(fileNames().allocate(name)).toBe(`${name}_2`),
  );
  it("have at most 48 characters, a number included", () => {
    const names = fileNames();
    expect([names.allocate("a".repeat(60)), names.allocate("a".repeat(60))]).toEqual([
      "a".repeat(48),
      `${"a".repeat(46)}_2`,
    ]);
  });
});

describe("tool names", () => {
  const operation = (operationId?: string) => ({
    ...(operationId === undefined ? {} : { operationId }),
    responses: {},
  });
  it.each([
    ["the words of the operationId", { "/p": { get: operation("listPets") } }, ["list_pets"]],
    [
      "method and path without an operationId",
      { "/pets/{petId}/photos": { get: operation() } },
      ["get_pets_by_pet_id_photos"],
    ],
    ["the root path", { "/": { get: operation() } }, ["get_root"]],
    ["method and path where the id is in another script", { "/pets": { get: operation("获取用户1") } }, ["get_pets"]],
    [
      "a number for the second of two equal ids",
      { "/a": { get: operation("x") }, "/b": { get: operation("x") } },
      ["x", "x_2"],
    ],
    [
      "case does not tell names apart",
      { "/a": { get: operation("getPet") }, "/b": { get: operation("GetPet") } },
      ["get_pet", "get_pet_2"],
    ],
    ["a name never starts with a digit", { "/a": { get: operation("2fa") } }, ["call_2fa"]],
    ["a path with an action", { "/v1/{name}:cancel": { post: operation() } }, ["post_v1_cancel_by_name"]],
  ])("%s", (_, paths, want) => expect([...toolsOf({ paths }).keys()]).toEqual(want));

  it("keep what tells two long ones apart, whether of operationIds or of paths", () => {
    const ids = [
      "deleteAdmissionregistrationV1beta1MutatingAdmissionPolicyBinding",
      "deleteAdmissionregistrationV1alpha1MutatingAdmissionPolicyBinding",
      "certificate-packs-restart-validation-for-advanced-certificate-manager-certificate-pack",
    ];
    const repository = "/repositories/{username}/{repo_slug}";
    const paths = {
      ...Object.fromEntries(ids.map((id, index) => [`/${index}`, { get: operation(id) }])),
      [`${repository}/commit/{node}/comments/{comment_id}`]: { get: operation() },
      [`${repository}/pullrequests/{pull_request_id}/comments`]: { get: operation() },
      [`${repository}/pullrequests/{pull_request_id}/comments/{comment_id}`]: { get: operation() },
    };
    const names = [...toolsOf({ paths }).keys()];
    expect(names).toEqual([
      "delete_v1beta1_mutating_admission_policy_binding",
      "delete_v1alpha1_mutating_admission_policy_binding",
      "certificate_restart_manager_certificate_pack",
      "get_repositories_commit_comments_by_comment_id",
      "get_repositories_pullrequests_comments",
      "get_pullrequests_comments_by_comment_id",
    ]);
    expect(Math.max(...names.map((name) => name.length))).toBeLessThanOrEqual(50);
  });

  it("that say the same when shortened have a hash, and stay two", () => {
    const long = "x".repeat(30);
    const names = [
      ...toolsOf({
        paths: { "/a": { get: operation(`${long} ${long} one`) }, "/b": { get: operation(`${long} b ${long} one`) } },
      }).keys(),
    ];
    expect(new Set(names).size).toBe(2);
    expect(names.every((name) => name.length <= 50)).toBe(true);
  });

  it("does not depend on the order of keys", () => {
    const paths = { "/a": { get: operation("x"), post: operation("y") }, "/b": { get: operation("x") } };
    const shuffled = { "/b": { get: operation("x") }, "/a": { post: operation("y"), get: operation("x") } };
    expect([...toolsOf({ paths: shuffled })]).toEqual([...toolsOf({ paths })]);
  });
});

describe("environment variables", () => {
  it.each([
    ["petstore", "PETSTORE"],
    ["2checkout", "API_2CHECKOUT"],
    ["node", "NODE_MCP"],
    ["npm_registry", "NPM_REGISTRY_MCP"],
    ["mcp", "API_MCP"],
    ["mcp_auth", "API_MCP_AUTH"],
    ["anthropic", "ANTHROPIC_MCP"],
    ["cloudflare", "CLOUDFLARE_MCP"],
    ["sentry_auth", "SENTRY_AUTH_MCP"],
    ["hugging_face", "HUGGING_FACE_MCP"],
    ["hf", "HF_MCP"],
    ["vault", "VAULT_MCP"],
    ["aws_secret", "AWS_SECRET_MCP"],
    ["google_api", "GOOGLE_API_MCP"],
    ["github", "GITHUB_MCP"],
    ["gh", "GH_MCP"],
    ["open_ai", "OPEN_AI_MCP"],
    ["new_relic", "NEW_RELIC_MCP"],
    ["path", "PATH_MCP"],
    ["api", "API_MCP"],
    ["secret", "SECRET_MCP"],
    ["db", "DB_MCP"],
    ["auth_server", "AUTH_SERVER_MCP"],
    ["github_mcp", "GITHUB_MCP"],
    ["pet_api", "PET_API"],
  ])("the prefix of %s is %s", (name, want) => expect(environmentPrefix(name)).toBe(want));

  it("are no names of other programs, whatever a document calls itself and its schemes", () => {
    const known = `ANTHROPIC_API_KEY ANTHROPIC_AUTH_TOKEN OPENAI_API_KEY OPENAI_BASE_URL GEMINI_API_KEY GOOGLE_API_KEY
      GOOGLE_APPLICATION_CREDENTIALS AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AZURE_CLIENT_SECRET
      AZURE_OPENAI_API_KEY CLOUDFLARE_API_TOKEN CLOUDFLARE_API_KEY CF_API_TOKEN SENTRY_AUTH_TOKEN HF_TOKEN
      HUGGING_FACE_HUB_TOKEN VAULT_TOKEN GITHUB_TOKEN GH_TOKEN GITLAB_TOKEN NPM_TOKEN NPM_CONFIG_TOKEN CI_JOB_TOKEN
      STRIPE_API_KEY STRIPE_SECRET_KEY SLACK_BOT_TOKEN SLACK_TOKEN DISCORD_TOKEN TWILIO_AUTH_TOKEN SENDGRID_API_KEY
      DATADOG_API_KEY DD_API_KEY NEW_RELIC_API_KEY DIGITALOCEAN_ACCESS_TOKEN DIGITALOCEAN_TOKEN HCLOUD_TOKEN HEROKU_API_KEY
      VERCEL_TOKEN NETLIFY_AUTH_TOKEN SUPABASE_ACCESS_TOKEN SNYK_TOKEN SONAR_TOKEN CODECOV_TOKEN PULUMI_ACCESS_TOKEN
      TF_TOKEN DOCKER_PASSWORD DOCKERHUB_TOKEN KAGGLE_KEY WANDB_API_KEY REPLICATE_API_TOKEN MISTRAL_API_KEY GROQ_API_KEY
      COHERE_API_KEY CO_API_KEY OPENROUTER_API_KEY PINECONE_API_KEY LANGSMITH_API_KEY LINEAR_API_KEY NOTION_TOKEN
      JIRA_API_TOKEN AIRTABLE_API_KEY SHOPIFY_ACCESS_TOKEN MYSQL_PASSWORD POSTGRES_PASSWORD REDIS_PASSWORD PGPASSWORD
      SMTP_PASSWORD DB_PASSWORD DATABASE_PASSWORD SECRET_KEY JWT_SECRET API_KEY API_TOKEN ACCESS_TOKEN AUTH_TOKEN
      CLIENT_SECRET SSH_AUTH_SOCK NODE_OPTIONS LD_PRELOAD PATH HOME HTTP_PROXY KUBE_TOKEN MCP_AUTH_TOKEN
      HTTPS_PROXY NO_PROXY ALL_PROXY FTP_PROXY NPM_CONFIG_REGISTRY NPM_CONFIG_USERCONFIG NODE_EXTRA_CA_CERTS NODE_PATH
      NODE_TLS_REJECT_UNAUTHORIZED LD_LIBRARY_PATH LD_AUDIT DYLD_INSERT_LIBRARIES GIT_SSH_COMMAND GIT_ASKPASS
      SSL_CERT_FILE SSL_CERT_DIR BASH_ENV JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS XDG_CONFIG_HOME AWS_PROFILE AWS_ENDPOINT_URL
      AWS_BEARER_TOKEN_BEDROCK AZURE_CLIENT_ID ARM_CLIENT_SECRET GITHUB_PAT GH_ENTERPRISE_TOKEN GITLAB_PRIVATE_TOKEN
      MCP_HTTP_HOST MCP_ALLOWED_HOSTS PIP_INDEX_URL UV_PUBLISH_TOKEN TWINE_PASSWORD CARGO_REGISTRY_TOKEN
      PYTHONPATH RUBYOPT USERPROFILE COMSPEC FAL_KEY E2B_API_KEY MEM0_API_KEY NOVITA_API_KEY NEBIUS_API_KEY
      CARTESIA_API_KEY BRAINTRUST_API_KEY ALPHAVANTAGE_API_KEY FRED_API_KEY TAVILY_API_KEY EXA_API_KEY`;
    expect(known.split(/\s+/).length).toBeGreaterThan(120);
    for (const name of known.split(/\s+/)) {
      const parts = name.toLowerCase().split("_");
      // Every way of dividing the name between title and scheme.
      for (let cut = 1; cut <= parts.length; cut += 1) {
        const names = new EnvironmentNames(environmentPrefix(parts.slice(0, cut).join("_")));
        const rest = parts.slice(cut).join("_");
        for (const suffix of ["", "key", "token", "password", "access token", "client secret", "username"])
          expect(names.allocate(rest, suffix)).not.toBe(name);
      }
    }
  });

  it("stay as they are in a project that has them", () => {
    const prefixOf = (lock: Omit<FormerSurface, "tools">, ...tools: FormerSurface["tools"]): string =>
      prefixOfApi("anthropic", { tools, ...lock });
    const tool = { name: "x", api: "anthropic", pointer: "/paths/~1a/get", operationId: "x", input: "" };
    expect(prefixOf({})).toBe("ANTHROPIC_MCP");
    expect(prefixOf({}, tool)).toBe("ANTHROPIC");
    expect(prefixOf({ prefixes: [{ api: "anthropic", prefix: "ANTHROPIC_MCP" }] }, tool)).toBe("ANTHROPIC_MCP");
  });

  it("always have the prefix, and do not repeat it", () => {
    const names = new EnvironmentNames("PETSTORE");
    expect(names.allocate("petstore_auth", "access token")).toBe("PETSTORE_AUTH_ACCESS_TOKEN");
    expect(names.allocate("PATH")).toBe("PETSTORE_PATH");
    expect(names.allocate("path")).toBe("PETSTORE_PATH_2");
    expect(names.allocate("$(evil)\n")).toBe("PETSTORE_EVIL");
  });
});
