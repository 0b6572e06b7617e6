/** A file of the policy folder, as read and before anything was understood. */
export interface PolicyFile {
  /** Path as the operator would type it: `policies/ps1.yaml`. */
  readonly path: string;
  /** The file's text, decoded from UTF-8; a byte order mark may still stand at its beginning. */
  readonly text: string;
  /** Size of a file that is too large to be a policy; `text` is its beginning then. */
  readonly wholeBytes?: number;
  /** Why it can't be read; `text` is empty then. It may be a folder, or a link that leads nowhere. */
  readonly unreadable?: string;
}

/** What a document of a policy folder may be, by its `kind:`. */
export const documentKinds = ["BackupPolicy", "PolicyTemplate", "Repository"] as const;
/** One of `documentKinds`. */
export type DocumentKind = (typeof documentKinds)[number];

/** One YAML document of a file, as a list of them shows it; its content is read in `core/policy`. */
export interface PolicyDocument {
  readonly kind: DocumentKind;
  /** `metadata.name`, by which others refer to it. */
  readonly name: string;
  /** `policies/ps1.yaml:2`. */
  readonly where: string;
}
