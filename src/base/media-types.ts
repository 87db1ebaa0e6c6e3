/** Lists of media types that are longer than anybody writes them: each operation, body and response may have all of them. */

/** What is read of such a list, and what to say where that is not all. */
export interface ReadMediaTypes<Item> {
  readonly read: readonly Item[];
  readonly told?: string;
}

/**
 * The first items of a list, JSON before others, else in their order.
 *
 * @param most how many are read
 * @param nameOf the media type of an item
 */
export function firstMediaTypes<Item>(
  all: readonly Item[],
  most: number,
  nameOf: (item: Item) => string,
): ReadMediaTypes<Item> {
  if (all.length <= most) return { read: all };
  const rank = (item: Item): number => (/json/i.test(nameOf(item)) ? 0 : 1);
  const read = [...all].sort((one, other) => rank(one) - rank(other)).slice(0, most);
  return { read, told: `Of ${all.length} media types ${most} are read` };
}
