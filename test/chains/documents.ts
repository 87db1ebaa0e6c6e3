/** Two APIs of our own writing: an issue tracker and a shop, with the operations that such APIs have. */

/** A kind of thing: its collection lies below that of its parent. */
interface Kind {
  readonly one: string;
  readonly many: string;
  readonly parent?: string;
  /** What it is known by: a number or text in the path, and the same member of its answers. */
  readonly key: string;
  readonly fields: Readonly<Record<string, object>>;
  readonly required: readonly string[];
  /** What is done to one besides: `close` becomes `POST …/close`. */
  readonly actions?: readonly string[];
}

const text = { type: "string" };
const whole = { type: "integer" };
const state = { type: "string", enum: ["open", "closed"] };

const trackerKinds: readonly Kind[] = [
  {
    one: "project",
    many: "projects",
    key: "project_id",
    fields: { name: text, description: text, archived: { type: "boolean" } },
    required: ["name"],
  },
  {
    one: "issue",
    many: "issues",
    parent: "project",
    key: "issue_number",
    fields: {
      title: text,
      body: text,
      state,
      assignee: text,
      milestone_id: whole,
      labels: { type: "array", items: text },
    },
    required: ["title"],
    actions: ["close", "reopen", "lock"],
  },
  { one: "comment", many: "comments", parent: "issue", key: "comment_id", fields: { body: text }, required: ["body"] },
  {
    one: "attachment",
    many: "attachments",
    parent: "issue",
    key: "attachment_id",
    fields: { filename: text, url: text },
    required: ["filename", "url"],
  },
  {
    one: "label",
    many: "labels",
    parent: "project",
    key: "label_id",
    fields: { name: text, color: text },
    required: ["name"],
  },
  {
    one: "milestone",
    many: "milestones",
    parent: "project",
    key: "milestone_id",
    fields: { title: text, due_on: { type: "string", format: "date" }, state },
    required: ["title"],
  },
  {
    one: "member",
    many: "members",
    parent: "project",
    key: "member_id",
    fields: { login: text, role: { type: "string", enum: ["reader", "writer", "owner"] } },
    required: ["login"],
  },
  { one: "board", many: "boards", parent: "project", key: "board_id", fields: { name: text }, required: ["name"] },
  {
    one: "column",
    many: "columns",
    parent: "board",
    key: "column_id",
    fields: { name: text, position: whole },
    required: ["name"],
  },
  {
    one: "webhook",
    many: "webhooks",
    parent: "project",
    key: "webhook_id",
    fields: { url: text, events: { type: "array", items: text } },
    required: ["url"],
    actions: ["test"],
  },
  {
    one: "user",
    many: "users",
    key: "user_id",
    fields: { login: text, email: text },
    required: ["login"],
    actions: ["suspend"],
  },
  { one: "team", many: "teams", key: "team_id", fields: { name: text }, required: ["name"] },
  {
    one: "release",
    many: "releases",
    parent: "project",
    key: "release_id",
    fields: { tag: text, notes: text, draft: { type: "boolean" } },
    required: ["tag"],
    actions: ["publish"],
  },
];

const shopKinds: readonly Kind[] = [
  {
    one: "product",
    many: "products",
    key: "product_id",
    fields: { name: text, price: { type: "number" }, stock: whole },
    required: ["name", "price"],
  },
  {
    one: "review",
    many: "reviews",
    parent: "product",
    key: "review_id",
    fields: { rating: { type: "integer", minimum: 1, maximum: 5 }, text },
    required: ["rating"],
  },
  { one: "customer", many: "customers", key: "customer_id", fields: { name: text, email: text }, required: ["name"] },
  {
    one: "address",
    many: "addresses",
    parent: "customer",
    key: "address_id",
    fields: { street: text, city: text },
    required: ["street", "city"],
  },
  {
    one: "order",
    many: "orders",
    key: "order_id",
    fields: {
      customer_id: whole,
      product_id: whole,
      quantity: whole,
      status: { type: "string", enum: ["placed", "paid", "shipped", "cancelled"] },
    },
    required: ["customer_id", "product_id", "quantity"],
    actions: ["cancel", "ship"],
  },
  {
    one: "refund",
    many: "refunds",
    parent: "order",
    key: "refund_id",
    fields: { amount: { type: "number" }, reason: text },
    required: ["amount"],
  },
  {
    one: "shipment",
    many: "shipments",
    parent: "order",
    key: "shipment_id",
    fields: { carrier: text, tracking_code: text },
    required: ["carrier"],
  },
  { one: "coupon", many: "coupons", key: "coupon_id", fields: { code: text, percent: whole }, required: ["code"] },
  { one: "category", many: "categories", key: "category_id", fields: { name: text }, required: ["name"] },
  { one: "warehouse", many: "warehouses", key: "warehouse_id", fields: { name: text, city: text }, required: ["name"] },
];

type Document = { readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>> } & Readonly<
  Record<string, unknown>
>;

function documentOf(title: string, kinds: readonly Kind[]): Document {
  const byName = new Map(kinds.map((kind) => [kind.one, kind]));
  const pathOf = ({ many, parent }: Kind): string => {
    const above = parent === undefined ? undefined : byName.get(parent);
    return `${above === undefined ? "" : `${pathOf(above)}/{${above.key}}`}/${many}`;
  };
  const paths: Record<string, Record<string, unknown>> = {};
  for (const kind of kinds) {
    const collection = pathOf(kind);
    Object.assign(paths, pathsOf(kind, collection));
  }
  return {
    openapi: "3.1.0",
    info: { title, version: "1.0.0" },
    servers: [{ url: "https://api.example.com" }],
    tags: kinds.map(({ many }) => ({ name: many })),
    paths,
  };
}

function pathsOf(
  { one, many, key, fields, required, actions = [] }: Kind,
  collection: string,
): Record<string, Record<string, unknown>> {
  const article = /^[aeiou]/.test(one) ? "an" : "a";
  const parameters = (path: string): readonly object[] =>
    [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: "path", required: true, schema: whole }));
  const item = `${collection}/{${key}}`;
  const schema = { type: "object", properties: { [key]: whole, ...fields } };
  const answer = (content: object): object => ({
    200: { description: "Done", content: { "application/json": { schema: content } } },
  });
  const body = (needed: readonly string[]): object => ({
    requestBody: {
      required: true,
      content: {
        "application/json": {
          schema: { type: "object", properties: fields, ...(needed.length === 0 ? {} : { required: needed }) },
        },
      },
    },
  });
  const operation = (operationId: string, summary: string, more: object): object => ({
    operationId,
    summary,
    tags: [many],
    ...more,
  });
  const camel = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
  return {
    [collection]: {
      parameters: parameters(collection),
      get: operation(`list${camel(many)}`, `List ${many}`, {
        parameters: [{ name: "limit", in: "query", schema: whole }],
        responses: answer({ type: "array", items: schema }),
      }),
      post: operation(`create${camel(one)}`, `Create ${article} ${one}`, {
        ...body(required),
        responses: answer(schema),
      }),
    },
    [item]: {
      parameters: parameters(item),
      get: operation(`get${camel(one)}`, `Get ${article} ${one}`, { responses: answer(schema) }),
      patch: operation(`update${camel(one)}`, `Update ${article} ${one}`, { ...body([]), responses: answer(schema) }),
      delete: operation(`delete${camel(one)}`, `Delete ${article} ${one}`, {
        responses: { 204: { description: "Gone" } },
      }),
    },
    ...Object.fromEntries(
      actions.map((action) => [
        `${item}/${action}`,
        {
          parameters: parameters(`${item}/${action}`),
          post: operation(`${action}${camel(one)}`, `${camel(action)} ${article} ${one}`, {
            responses: answer(schema),
          }),
        },
      ]),
    ),
  };
}

export const tracker: Document = documentOf("Issue Tracker", trackerKinds);
export const shop: Document = documentOf("Shop", shopKinds);

/** How many operations a document has. */
export function operationsOf({ paths }: Document): number {
  return Object.values(paths).reduce(
    (sum, item) => sum + Object.keys(item).filter((key) => key !== "parameters").length,
    0,
  );
}
