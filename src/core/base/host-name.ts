/** True when two names mean one machine; a short name stands for every full name that begins with it. */
export function isSameHost(one: string, other: string): boolean {
  const [left, right] = [one.toLowerCase(), other.toLowerCase()];
  if (left.includes(".") && right.includes(".")) return left === right;
  return left.split(".")[0] === right.split(".")[0];
}
