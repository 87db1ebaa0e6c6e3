/** Where the settings of a configuration file stand, for what is said of one of them later on. */
import { type JsonObject, isArray, own, pointerTo } from "../base/json.ts";
import type { Place } from "../mcp/curation/curation.ts";

/** By the JSON pointer of a key of the file, and of each entry of its list. */
export type SettingPlaces = ReadonlyMap<string, Place>;

/** The places of all keys at the root of a file, and of the entries of their lists. */
export function settingPlaces(root: JsonObject, placeOf: (pointer: string) => Place): SettingPlaces {
  const pointers = Object.keys(root).flatMap((key) => {
    const value = own(root, key);
    const entries = isArray(value) ? value.map((_, index) => pointerTo("", key, index)) : [];
    return [pointerTo("", key), ...entries];
  });
  return new Map(pointers.map((pointer) => [pointer, placeOf(pointer)]));
}

/** Without what stands at the keys of these pointers, or below: something else says that. */
export function withoutKeys(places: SettingPlaces, pointers: Iterable<string>): SettingPlaces {
  const said = new Set(pointers);
  return new Map([...places].filter(([pointer]) => !said.has(pointer.split("/", 2).join("/"))));
}

/** Where a setting is said: in the configuration file, or else, as far as is known, on the command line. */
export function settingPlace(places: SettingPlaces | undefined, pointer: string): Place {
  return places?.get(pointer) ?? { file: "command line", pointer };
}
