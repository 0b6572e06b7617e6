/**
 * A pure function that remembers its answers: at most so many, then it begins anew. Who plans a year of runs
 * asks the same few thousand things many times over.
 */
export function remembering<Key, Value>(atMost: number, make: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, { readonly value: Value }>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found.value;
    const value = make(key);
    if (known.size >= atMost) known.clear();
    known.set(key, { value });
    return value;
  };
}
