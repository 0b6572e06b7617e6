import type { Json, JsonObject } from "../../../src/core/base/json.ts";
import type { SeededRandom } from "../seeded-random.ts";
import { mutateBytes } from "./mutate-bytes.ts";

/** Values that readers of JSON stumble over. */
const oddValues: readonly Json[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  Number.MAX_SAFE_INTEGER,
  8.64e15,
  "",
  "x".repeat(5_000),
  "__proto__",
  "constructor",
  "\u0000\u001b[2J",
  [],
  [null],
  [[]],
  {},
  { toString: 1 },
  { length: 1e9 },
];

/**
 * Changes, takes away, renames, adds or nests some members of a JSON object; now and then the text itself is
 * damaged.
 */
export function mutateJson(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  if (random.below(8) === 0) return mutateBytes(bytes, random);
  let value = JSON.parse(Buffer.from(bytes).toString()) as Json;
  for (let left = 1 + random.below(3); left > 0; left--) value = change(value, random);
  const text = JSON.stringify(value);
  return Buffer.from(random.below(20) === 0 ? nest(text, random) : text);
}

function change(value: Json, random: SeededRandom): Json {
  const isInner = typeof value === "object" && value !== null;
  if (!isInner || random.below(6) === 0) return odd(value, random);
  if (Array.isArray(value))
    return (value as Json[]).map((it) => (random.below(2) === 0 ? it : change(it, random)));
  const object = value as JsonObject;
  const names = Object.keys(object);
  if (names.length === 0) return odd(value, random);
  const name = random.pick(names);
  if (random.below(4) > 0) return { ...object, [name]: change(object[name]!, random) };
  const rest = Object.fromEntries(Object.entries(object).filter(([it]) => it !== name));
  return random.pick<JsonObject>([
    rest,
    { ...rest, [`${name}x`]: object[name]! },
    { ...object, other: odd(value, random) },
  ]);
}

function odd(value: Json, random: SeededRandom): Json {
  return random.pick([...oddValues, [value], { again: value }, JSON.stringify(value)]);
}

/** The first value becomes lists in lists, deeper than a stack. */
function nest(text: string, random: SeededRandom): string {
  const depth = random.pick([100, 20_000]);
  return text.replace(/:("[^"]*"|\d+)/, () => `:${"[".repeat(depth)}${"]".repeat(depth)}`);
}
