import { defined } from "../base/defined.ts";
import { settings, type Setting } from "./options.ts";
import { type Field, type Shape, boolean, number, text, texts } from "./shape.ts";

/** Form of a key whose setting has no other. */
const shapes: Readonly<Record<Setting["type"], Shape>> = { string: text, boolean, number, strings: texts };

/** What the keys are about that hold other keys. */
const groups: Readonly<Record<string, string>> = { select: "Which operations become tools" };

/** The keys of the configuration file, nested ones in their object, in the order of the table. */
export const configurationFields: readonly Field[] = fieldsBelow("");

function fieldsBelow(prefix: string): readonly Field[] {
  const keyed = settings.flatMap((setting: Setting) =>
    setting.key?.startsWith(prefix) === true ? [{ ...setting, rest: setting.key.slice(prefix.length) }] : [],
  );
  const names = new Set(keyed.map(({ rest }) => rest.split(".")[0] ?? ""));
  return [...names].map((key): Field => {
    const own = keyed.find(({ rest }) => rest === key);
    if (own === undefined) {
      const fields = fieldsBelow(`${prefix}${key}.`);
      return { key, shape: { kind: "fields", fields }, description: groups[key] ?? key };
    }
    return {
      key,
      shape: own.shape ?? shapes[own.type],
      description: own.description.replace(/; repeatable$/, ""),
      ...defined({ default: own.default }),
    };
  });
}
