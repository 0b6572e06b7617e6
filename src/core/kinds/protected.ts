/** Something that a site has, and that a source may protect. */
export type Protected =
  | { readonly is: "database" | "registry" | "library" }
  /** The setup files of the site's own version. */
  | { readonly is: "media"; readonly installFolder: string }
  /** Keys of a use, on the server that is named. */
  | { readonly is: "keys"; readonly of: "bitlocker" | "tde" | "backup-encryption"; readonly server: string }
  | ProtectedServer
  | { readonly is: "package-folder"; readonly path: string };

/** A server beside the site server that holds something of its own. */
export interface ProtectedServer {
  readonly is: "reporting-point" | "update-point" | "state-migration-point";
  readonly server: string;
  /** Where its database is: the server itself, unless the site has noted another. */
  readonly databaseServer: string;
}
