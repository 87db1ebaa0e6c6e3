/** Tasks as people give them, each in the words of its steps, with what is known at the start. */

export interface Task {
  readonly api: "tracker" | "shop";
  readonly title: string;
  /** What the person said: values by the names that an API might give them. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** In the words that a model would search by. */
  readonly steps: readonly {
    readonly query: string;
    /** What is said for this step alone. */
    readonly facts?: Readonly<Record<string, unknown>>;
    /** Which item is meant, where one has to be looked up: some of its members. */
    readonly item?: Readonly<Record<string, unknown>>;
  }[];
  /** What the API holds in the end: by the path of a collection, members of one of its items; `null`: no such item. */
  readonly outcome: Readonly<
    Record<string, { readonly item: Readonly<Record<string, unknown>>; readonly isThere: boolean }>
  >;
}

/** What the APIs hold at the start. */
export const seeds = {
  tracker: {
    "/projects": [
      { project_id: 1, name: "Website" },
      { project_id: 2, name: "App" },
    ],
    "/projects/1/issues": [
      { issue_number: 11, title: "Logo is blurred", state: "open" },
      { issue_number: 12, title: "Login fails on Safari", state: "open" },
    ],
    "/projects/1/milestones": [{ milestone_id: 5, title: "Spring", state: "open" }],
    "/projects/1/issues/12/comments": [{ comment_id: 31, body: "Me too" }],
  },
  shop: {
    "/products": [
      { product_id: 7, name: "Kettle", price: 30, stock: 4 },
      { product_id: 8, name: "Toaster", price: 45, stock: 0 },
    ],
    "/customers": [{ customer_id: 3, name: "Ada", email: "ada@example.com" }],
    "/orders": [{ order_id: 90, customer_id: 3, product_id: 7, quantity: 1, status: "placed" }],
  },
} as const;

export const tasks: readonly Task[] = [
  {
    api: "tracker",
    title: "Close the issue about the login, with a comment",
    facts: { project_id: 1 },
    steps: [
      { query: "comment on an issue", facts: { body: "Fixed in 2.1" }, item: { title: "Login fails on Safari" } },
      { query: "close an issue" },
    ],
    outcome: {
      "/projects/1/issues": { item: { issue_number: 12, state: "closed" }, isThere: true },
      "/projects/1/issues/12/comments": { item: { body: "Fixed in 2.1" }, isThere: true },
    },
  },
  {
    api: "tracker",
    title: "Open an issue in the project App, and assign it",
    facts: { title: "Dark mode" },
    steps: [
      { query: "create a new issue", item: { name: "App" } },
      { query: "update an issue", facts: { assignee: "grace" } },
    ],
    outcome: { "/projects/2/issues": { item: { title: "Dark mode", assignee: "grace" }, isThere: true } },
  },
  {
    api: "tracker",
    title: "Delete the milestone Spring",
    facts: { project_id: 1 },
    steps: [{ query: "remove a milestone", item: { title: "Spring" } }],
    outcome: { "/projects/1/milestones": { item: { milestone_id: 5 }, isThere: false } },
  },
  {
    api: "shop",
    title: "Order two kettles for Ada",
    facts: { quantity: 2, name: "Kettle" },
    steps: [
      { query: "list the customers" },
      { query: "list products" },
      { query: "place an order", facts: { customer_id: 3, product_id: 7 } },
    ],
    outcome: { "/orders": { item: { customer_id: 3, product_id: 7, quantity: 2 }, isThere: true } },
  },
  {
    api: "shop",
    title: "Cancel order 90 and refund it",
    facts: { order_id: 90, amount: 30, reason: "Changed their mind" },
    steps: [{ query: "cancel an order" }, { query: "refund an order" }],
    outcome: {
      "/orders": { item: { order_id: 90, status: "cancelled" }, isThere: true },
      "/orders/90/refunds": { item: { amount: 30 }, isThere: true },
    },
  },
];
