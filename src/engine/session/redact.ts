/** Replaces every registered secret in texts that leave the program: errors, records, progress. */
export interface Redactor {
  register(secret: string): void;
  clean(text: string): string;
}

/** Shorter values would blank out ordinary words. */
const shortestSecret = 4;

/** Makes an empty redactor. One for a whole process: a secret that was read once stays secret. */
export function makeRedactor(): Redactor {
  const secrets = new Set<string>();
  return {
    register(secret) {
      if (secret.length >= shortestSecret) secrets.add(secret);
    },
    clean(text) {
      let clean = text;
      for (const secret of secrets) clean = clean.replaceAll(secret, "[secret]");
      return clean;
    },
  };
}
