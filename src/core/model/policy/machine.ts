/**
 * What only this machine knows, read from a file outside the policy folder: a policy comes from Git and must
 * not become remote code, nor know where a share is mounted here.
 */
export interface Machine {
  /** The name by which policies know this machine: `cm01.contoso.com`. */
  readonly identity: string;
  /** Executables that hooks and `command:` secrets may run: absolute paths, compared to the letter. */
  readonly allow: readonly string[];
  /** How a Windows tool is called here, executable first: `reg` → `["reg.exe"]`. */
  readonly tools: Readonly<Record<string, readonly string[]>>;
  /** Windows or UNC folders and where this machine reaches them. The longest match wins. */
  readonly paths: Readonly<Record<string, string>>;
  /** SQL Server names and the `host:port` that answers for them here. */
  readonly servers: Readonly<Record<string, string>>;
  /** A file of PEM certificates that SQL Server's certificate may chain to, beside the system's. */
  readonly certificateAuthority?: string;
  /**
   * SQL Server names and the one certificate that each has to show, whoever signed it: a file, or a SHA-256
   * fingerprint.
   */
  readonly serverCertificates?: Readonly<Record<string, string>>;
}
