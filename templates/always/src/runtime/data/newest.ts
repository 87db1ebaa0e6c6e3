/** Sets a value as the newest of a map, whose oldest goes where there are more than `most`. */
export function setNewest<Key, Value>(
  values: Map<Key, Value>,
  key: Key,
  value: Value,
  most: number,
): void {
  values.delete(key);
  values.set(key, value);
  const [oldest] = values.keys();
  if (values.size > most && oldest !== undefined) values.delete(oldest);
}
