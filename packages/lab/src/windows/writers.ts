/** A writer of the volume shadow copy service, as it stands in the list of writers. */
export interface ShadowWriter {
  readonly name: string;
  readonly id: string;
}

/** The writer of the site, which the backup task asks for its files. */
export const siteWriter: ShadowWriter = { name: "SMS Writer", id: "03ba67dd-dc6d-4729-a038-251f7018463b" };
export const sqlWriter: ShadowWriter = {
  name: "SqlServerWriter",
  id: "a65faa63-5ea8-4ebc-9dbd-a0c4db26912a",
};

/** What every Windows has, and the two of the site's backup. */
export const shadowWriters: readonly ShadowWriter[] = [
  { name: "Task Scheduler Writer", id: "d61d61c8-d73a-4eee-8cdd-f6f9786b7124" },
  { name: "VSS Metadata Store Writer", id: "75dfb225-e2e4-4d39-9ac9-ffaff65ddf06" },
  { name: "Performance Counters Writer", id: "0bada1de-01a9-4625-8278-69e735f39dd2" },
  { name: "System Writer", id: "e8132975-6f93-4464-a53e-1050253ae220" },
  sqlWriter,
  siteWriter,
  { name: "Registry Writer", id: "afbab4a2-367d-4d15-a586-71dbb18f8485" },
];
