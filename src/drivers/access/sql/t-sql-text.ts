/**
 * Writes names and texts into T-SQL where a parameter is not possible: BACKUP, RESTORE and DBCC take none.
 * Whatever the value holds, it stays one name or one text.
 */

/** SQL Server's own limit for identifiers (sysname). */
const nameLengthMax = 128;

/** An identifier in brackets: `CM_PS1` becomes `[CM_PS1]`, `a]b` becomes `[a]]b]`. */
export function quoteName(name: string): string {
  if (name.length === 0 || name.length > nameLengthMax)
    throw new Error(`A SQL Server name has 1 to ${nameLengthMax} characters, not ${name.length}.`);
  refuseControlCharacters(name);
  return `[${name.replaceAll("]", "]]")}]`;
}

/** A Unicode text literal: `O'Neill` becomes `N'O''Neill'`. */
export function quoteText(text: string): string {
  refuseControlCharacters(text);
  return `N'${text.replaceAll("'", "''")}'`;
}

/**
 * No name, path or password holds one of these with good intent, and a line with nothing but `GO` would end
 * the batch in sqlcmd in the middle of a literal. The value is not repeated: it may be a password.
 */
function refuseControlCharacters(text: string): void {
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f\u0085\u2028\u2029]/.test(text))
    throw new Error("A value for T-SQL holds a line break or another control character.");
}
