import type { JsonObject } from "../base/json.ts";

/** A file of the policy folder, as read and before anything was understood. */
export interface PolicyFile {
  /** Path as the operator would type it: `policies/ps1.yaml`. */
  readonly path: string;
  readonly text: string;
}

export const documentKinds = ["BackupPolicy", "PolicyTemplate", "Repository"] as const;
export type DocumentKind = (typeof documentKinds)[number];

/**
 * One YAML document that `schemas/policy.schema.json` accepts: as written, nothing filled in. Its shape is the
 * schema's; `resolve` turns it into a `ResolvedPolicy`.
 */
export interface PolicyDocument {
  readonly apiVersion: "sitekeep/v1";
  readonly kind: DocumentKind;
  readonly name: string;
  readonly body: JsonObject;
  readonly file: string;
  /** Position of the document in its file, from 0. */
  readonly index: number;
}
