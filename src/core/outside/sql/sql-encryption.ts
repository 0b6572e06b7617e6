import { numbers } from "../facts/numbers.ts";
import { relation } from "../facts/relation.ts";
import { viewServerState } from "../facts/right.ts";
import { sqlDocs } from "../facts/witnesses.ts";

/** Keys by which transparent data encryption encrypts databases. */
export const databaseEncryptionKeys = relation({
  name: "sys.dm_database_encryption_keys",
  at: "server",
  says: "one row for a database that is encrypted, or on the way to or from it",
  right: viewServerState,
  columns: {
    database_id: { type: "whole", says: "the database", confidence: 99 },
    encryptor_thumbprint: {
      type: "bytes",
      says: "the certificate, or the key of a provider, that its key is encrypted by",
      confidence: 97,
      ifNull: "unknown",
    },
    encryptor_type: {
      type: "text",
      says: "CERTIFICATE, or ASYMMETRIC KEY for a key of a provider",
      confidence: 95,
      since: "2012",
      ifNull: "unknown",
    },
  },
  witnesses: [sqlDocs("sys.dm_database_encryption_keys")],
  confidence: 97,
  otherwise: "which certificate a copy needs is unknown, and it is not proven that it can be restored",
});

/** What encrypts the key of a database. */
export const encryptorTypes = numbers({
  of: "sys.dm_database_encryption_keys.encryptor_type",
  isOpen: true,
  values: { "a key of a provider": "ASYMMETRIC KEY" },
  witnesses: [sqlDocs("sys.dm_database_encryption_keys")],
  confidence: 95,
  otherwise: "the key of a provider is taken for a certificate that is kept nowhere",
});
