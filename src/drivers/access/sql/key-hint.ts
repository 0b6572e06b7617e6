/** The cure of a key that a server lacks. Its sentence tells the thumbprint, in any language. */
export function keyHint(server: string, sentence: string): string {
  const [thumbprint] = /\b0x[0-9A-F]{16,}\b/i.exec(sentence) ?? [];
  if (thumbprint === undefined)
    return `Restore the certificate to ${server}, or open the master key there first (source kind sql-keys), then try again.`;
  return `Create the certificate with the thumbprint ${thumbprint} in master of ${server} first, from a snapshot of kind sql-keys whose facts tell that thumbprint (docs/permissions.md, “Keys back”), then try again.`;
}
