/** Numbers by labels, in bounds, and how Prometheus reads them (text-based format, version 0.0.4). */

export const textType = "text/plain; version=0.0.4; charset=utf-8";

/** One metric as it is at a moment. */
export interface Family {
  readonly name: string;
  /** One sentence. */
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly samples: readonly Sample[];
}

export interface Sample {
  /** Behind the name of the family: `_bucket`, `_sum`, `_count`. Default: nothing. */
  readonly suffix?: string;
  readonly labels: Labels;
  readonly value: number;
}

export type Labels = Readonly<Record<string, string>>;

/** Label values of one metric that are told apart; those that come later are counted together. */
const mostSeries = 2_000;
/** Stands for them in every label. No tool, host or fault has this name. */
export const other = "(other)";
/** Upper bounds in seconds. */
const bounds = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
] as const;

/** What is known of each combination of label values. */
class Series<Value> {
  readonly #names: readonly string[];
  readonly #make: () => Value;
  readonly #most: number;
  readonly #rows = new Map<string, { readonly labels: Labels; value: Value }>();

  constructor(names: readonly string[], make: () => Value, most: number) {
    this.#names = names;
    this.#make = make;
    this.#most = most;
  }

  /** The row of these values, in the order of the labels. */
  of(values: readonly string[]): { value: Value } {
    const known = this.#rows.get(values.join("\n"));
    if (known !== undefined) return known;
    const isFull = this.#rows.size >= this.#most;
    const own = isFull ? this.#names.map(() => other) : values;
    const key = own.join("\n");
    const row = this.#rows.get(key) ?? {
      labels: Object.fromEntries(
        this.#names.map((name, index) => [name, own[index] ?? other]),
      ),
      value: this.#make(),
    };
    this.#rows.set(key, row);
    return row;
  }

  rows(): readonly { readonly labels: Labels; readonly value: Value }[] {
    return [...this.#rows.values()];
  }
}

export class Counter {
  readonly #about: Pick<Family, "name" | "help">;
  readonly #series: Series<number>;

  /** @param labels names, in the order in which `count` is given their values */
  constructor(
    name: string,
    help: string,
    labels: readonly string[],
    most = mostSeries,
  ) {
    this.#about = { name, help };
    this.#series = new Series(labels, () => 0, most);
  }

  count(...values: readonly string[]): void {
    this.#series.of(values).value += 1;
  }

  family(): Family {
    return { ...this.#about, type: "counter", samples: this.#series.rows() };
  }
}

interface Distribution {
  /** By the first bound that holds the value; one more for those beyond all. */
  readonly buckets: number[];
  sum: number;
}

export class Histogram {
  readonly #about: Pick<Family, "name" | "help">;
  readonly #series: Series<Distribution>;

  /** @param most rows; each is some sixteen lines of the page */
  constructor(
    name: string,
    help: string,
    labels: readonly string[],
    most = mostSeries / 4,
  ) {
    this.#about = { name, help };
    const make = (): Distribution => ({
      buckets: Array.from({ length: bounds.length + 1 }, () => 0),
      sum: 0,
    });
    this.#series = new Series(labels, make, most);
  }

  observe(milliseconds: number, ...values: readonly string[]): void {
    const seconds = milliseconds / 1_000;
    const { value } = this.#series.of(values);
    const found = bounds.findIndex((bound) => seconds <= bound);
    const at = found === -1 ? bounds.length : found;
    value.buckets[at] = (value.buckets[at] ?? 0) + 1;
    value.sum += seconds;
  }

  family(): Family {
    const samples = this.#series.rows().flatMap(({ labels, value }) => {
      let total = 0;
      const buckets = value.buckets.map((count, index): Sample => {
        total += count;
        const le = String(bounds[index] ?? "+Inf");
        return {
          suffix: "_bucket",
          labels: { ...labels, le },
          value: total,
        };
      });
      return [
        ...buckets,
        { suffix: "_sum", labels, value: value.sum },
        { suffix: "_count", labels, value: total },
      ];
    });
    return { ...this.#about, type: "histogram", samples };
  }
}

/** The page. A metric without samples is not on it. */
export function textOf(families: readonly Family[]): string {
  return families
    .filter(({ samples }) => samples.length > 0)
    .map(({ name, help, type, samples }) =>
      [
        `# HELP ${name} ${help}`,
        `# TYPE ${name} ${type}`,
        ...samples.map(
          ({ suffix = "", labels, value }) =>
            `${name}${suffix}${labelsText(labels)} ${value}`,
        ),
        "",
      ].join("\n"),
    )
    .join("");
}

function labelsText(labels: Labels): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${escaped(value)}"`,
  );
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escaped(value: string): string {
  return value
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll("\n", "\\n");
}
