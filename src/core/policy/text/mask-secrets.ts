/** What stands in place of a secret. */
export const mask = "******";

/**
 * A key that sounds secret. Not within a path, where `secrets` is a folder; the colon may be what is missing.
 */
export const secretKey =
  /(?<![\\/][\w.-]{0,40})(pas+w\w*|passphrase|pwd|secret\w*|token|webhook|credentials?|login|connectionString|api[-_]?key)["']?\s*[:=]?\s*/i;

/** What follows a secret's key where it says where the secret is. */
export const reference =
  /^(\{\s*)?["']?(env|file|command|credential|user|password)["']?\s*:|^\{?\s*$|^[}\],\s]*$/;

/**
 * Masks from a secret's value to the end of the line, since a broken line can't be trusted to end it sooner.
 */
export function maskSecretValues(line: string): string {
  const match = secretKey.exec(line);
  if (match === null) return line;
  const start = match.index + match[0].length;
  const rest = line.slice(start);
  if (reference.test(rest)) return line.slice(0, start) + maskSecretValues(rest);
  return line.slice(0, start) + mask;
}
