/** Arguments that an advertised input schema allows: the least, the most, the bounds, and seeded mixtures. */
import { type Json, type JsonObject, fromEntries, isArray, isObject, own, ownString } from "../../src/base/json.ts";
import { type Random, randomOf } from "./random.ts";
import { sampleText } from "./sample-text.ts";

/** What of a schema a sample shows; `open`: a mixture that takes at its word what is left open. */
export type Variant = "required" | "all" | "low" | "high" | `seed-${number}` | `open-${number}`;

/**
 * One value of a schema in the portable profile (no references).
 *
 * @param place name of the argument, so that identifiers are told apart in a request
 * @param seed the same seed gives the same value
 */
export function sample(schema: Json, variant: Variant, place: string, seed: string): Json {
  return new Sampler(variant, randomOf(`${seed} ${variant}`)).value(schema, place, 0);
}

/** Deepest level that still gets optional properties and items. */
const deepest = 6;

class Sampler {
  readonly #variant: Variant;
  readonly #random: Random;

  constructor(variant: Variant, random: Random) {
    this.#variant = variant;
    this.#random = random;
  }

  value(schema: Json, name: string, depth: number): Json {
    if (!isObject(schema)) return name;
    const values = own(schema, "enum");
    if (isArray(values) && values.length > 0) return this.#choose(values) ?? null;
    const variants = own(schema, "anyOf") ?? own(schema, "oneOf");
    if (isArray(variants) && variants.length > 0) return this.#union(schema, variants, name, depth);
    const type = ownString(schema, "type");
    switch (type) {
      case "object":
        return this.#object(schema, depth);
      case "array":
        return this.#array(schema, name, depth);
      case "integer":
      case "number":
        return this.#number(schema, type);
      case "boolean":
        return this.#variant === "low" ? false : this.#variant === "high" ? true : this.#random.next() < 0.5;
      case "null":
        return null;
      case undefined:
        return this.#variant.startsWith("open") && Object.keys(schema).every((key) => key === "description")
          ? this.#anything(name, depth)
          : sampleText(schema, this.#variant, name, this.#random);
      case "string":
        return sampleText(schema, this.#variant, name, this.#random);
      default:
        return name;
    }
  }

  #anything(name: string, depth: number): Json {
    const kinds = ["text", "number", "truth", "list", "object"] as const;
    switch (this.#random.pick(depth < deepest ? kinds : ["text", "number", "truth"])) {
      case "text":
        return name;
      case "number":
        return this.#random.integer(-3, 300);
      case "truth":
        return this.#random.next() < 0.5;
      case "list":
        return [this.#anything(name, depth + 1)];
      default:
        return { key: this.#anything(name, depth + 1) };
    }
  }

  #choose(values: readonly Json[]): Json | undefined {
    if (this.#variant === "low" || this.#variant === "required") return values[0];
    if (this.#variant === "high") return values.at(-1);
    return values[this.#random.integer(0, values.length - 1)];
  }

  #union(schema: JsonObject, variants: readonly Json[], name: string, depth: number): Json {
    const usable = variants.filter((variant) => !isObject(variant) || own(variant, "type") !== "null");
    const chosen = this.#choose(usable.length === 0 ? variants : usable) ?? {};
    const value = this.value(chosen, name, depth);
    if (own(schema, "properties") === undefined) return value;
    const base = this.#object(
      fromEntries(Object.entries(schema).filter(([key]) => key !== "anyOf" && key !== "oneOf")),
      depth,
    );
    return isObject(value) && isObject(base) ? fromEntries([...Object.entries(base), ...Object.entries(value)]) : value;
  }

  #object(schema: JsonObject, depth: number): Json {
    const properties = own(schema, "properties");
    const required = own(schema, "required");
    const names = isObject(properties) ? Object.keys(properties) : [];
    const isRequired = (name: string): boolean => isArray(required) && required.includes(name);
    const chosen = names.filter((name) => isRequired(name) || (depth < deepest && this.#wants()));
    const entries = chosen.map((name): [string, Json] => [
      name,
      this.value(own(properties, name) ?? {}, name, depth + 1),
    ]);
    const least = own(schema, "minProperties");
    const most = own(schema, "maxProperties");
    const missing = (typeof least === "number" ? least : 0) - entries.length;
    for (const name of names) {
      if (entries.length >= (typeof least === "number" ? least : 0)) break;
      if (!chosen.includes(name)) entries.push([name, this.value(own(properties, name) ?? {}, name, depth + 1)]);
    }
    const additional = own(schema, "additionalProperties");
    if (additional !== false && (isObject(additional) || names.length === 0)) {
      const isMore = isObject(additional) || (names.length === 0 && this.#variant.startsWith("open"));
      const count = missing > 0 ? missing : isMore && this.#wants() && depth < deepest ? 1 : 0;
      for (let number = 0; number < count; number++)
        entries.push([
          `key${number}`,
          this.value(
            isObject(additional) ? additional : this.#variant.startsWith("open") ? {} : { type: "string" },
            `key${number}`,
            depth + 1,
          ),
        ]);
    }
    return fromEntries(
      typeof most === "number" ? entries.slice(0, Math.max(most, chosen.filter(isRequired).length)) : entries,
    );
  }

  #wants(): boolean {
    switch (this.#variant) {
      case "required":
        return false;
      case "all":
      case "low":
      case "high":
        return true;
      default:
        return this.#random.next() < 0.5;
    }
  }

  #array(schema: JsonObject, name: string, depth: number): Json {
    const least = own(schema, "minItems");
    const most = own(schema, "maxItems");
    const low = typeof least === "number" ? least : 0;
    const high = typeof most === "number" ? Math.max(low, Math.min(most, low + 3)) : low + 3;
    const count =
      this.#variant === "low"
        ? low
        : this.#variant === "high"
          ? high
          : depth >= deepest
            ? low
            : Math.max(
                low,
                this.#variant === "required"
                  ? Math.min(1, high)
                  : this.#random.integer(Math.min(1, high), Math.min(high, low + 2)),
              );
    const items: Json[] = [];
    for (let number = 0; items.length < count && number < count * 8; number++) {
      const item = this.value(own(schema, "items") ?? {}, `${name}${number}`, depth + 1);
      const text = JSON.stringify(item);
      if (own(schema, "uniqueItems") !== true || items.every((other) => JSON.stringify(other) !== text))
        items.push(item);
      else if (items.length < low) items.push(...this.#others(schema, items).slice(0, 1));
    }
    return items;
  }

  /** Listed values that an array does not hold yet. */
  #others(schema: JsonObject, items: readonly Json[]): readonly Json[] {
    const values = own(own(schema, "items"), "enum");
    return isArray(values) ? values.filter((value) => !items.includes(value)) : [];
  }

  #number(schema: JsonObject, type: "integer" | "number"): Json {
    const bound = (keyword: string): number | undefined => {
      const value = own(schema, keyword);
      return typeof value === "number" ? value : undefined;
    };
    const low = bound("minimum");
    const high = bound("maximum");
    const step = bound("multipleOf") ?? (type === "integer" ? 1 : undefined);
    const fit = (value: number): number =>
      step === undefined ? value : Number((Math.round(value / step) * step).toPrecision(15));
    const inside = (value: number): number => Math.max(low ?? value, Math.min(high ?? value, value));
    switch (this.#variant) {
      case "low":
        return low === undefined
          ? fit(inside(0))
          : step === undefined
            ? low
            : Number((Math.ceil(low / step) * step).toPrecision(15));
      case "high":
        return high === undefined
          ? fit(inside(2_147_483_647))
          : step === undefined
            ? high
            : Number((Math.floor(high / step) * step).toPrecision(15));
      default: {
        const whole = fit(inside((low ?? 0) + this.#random.integer(1, 40)));
        return type === "number" && step === undefined ? inside(whole + 0.5) : whole;
      }
    }
  }
}
