/** Names that SQL Server takes, and that a careless command line or statement would take for something else. */
export const hostileNames: readonly string[] = [
  "a]; DROP DATABASE x; --",
  "O'Neill'; SHUTDOWN; --",
  '"quoted"',
  "サイト\u{1F600}",
  "x".repeat(128),
  "-i",
  "/Q",
  ":r C:\\x.sql",
  "!!del",
  "$(x)",
  "GO",
  "CON",
];
