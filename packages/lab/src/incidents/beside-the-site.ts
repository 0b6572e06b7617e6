import { site } from "../hierarchy.ts";
import type { IncidentDescription } from "./incident-description.ts";

/** What goes wrong with the database of updates, and with the report server. */
export const besideTheSite = [
  {
    name: "updates-foreign-full",
    hosts: [site.sqlServer],
    happens: "Another product has taken a full backup of SUSDB through a virtual device.",
    off: "That backup stays in the history.",
  },
  {
    name: "updates-backup-denied",
    hosts: [site.sqlServer],
    happens: "The login sitekeep may back up every database but SUSDB (error 262).",
  },
  {
    name: "updates-offline",
    hosts: [site.sqlServer],
    happens: "Somebody has taken SUSDB offline.",
    off: "SUSDB is online again.",
  },
  {
    name: "updates-renamed",
    hosts: [site.sqlServer],
    happens: "Somebody has renamed SUSDB to SUSDB_old.",
    off: "SUSDB has its name again.",
  },
  {
    name: "updates-encrypted",
    hosts: [site.sqlServer],
    happens: "SUSDB is encrypted by transparent data encryption.",
    off: "SUSDB is encrypted no more, and the certificate was dropped: backups of meanwhile need it.",
  },
  {
    name: "certificates-hidden",
    hosts: [site.sqlServer],
    happens: "The login sitekeep is shown no certificate any more, and is not told that there are any.",
  },
  {
    name: "report-login-lost",
    hosts: [site.sqlServer],
    happens: "The login sitekeep has lost its user in ReportServer (errors 4060 and 916).",
  },
  {
    name: "report-key-refused",
    hosts: ["ssrs01.lab"],
    happens: "Whoever asks for the report server's key is no administrator there (0x80070005).",
  },
  {
    name: "report-service-down",
    hosts: ["ssrs01.lab"],
    happens: "The service of the report server has stopped, and gives no key away (0x80070426).",
    off: "The service of the report server runs again.",
  },
  {
    name: "report-key-renewed",
    hosts: ["ssrs01.lab"],
    happens: "Somebody has made the encryption key of the report server anew, with rskeymgmt -s.",
    off: "The new key stays.",
  },
  {
    name: "report-config-locked",
    hosts: ["ssrs01.lab"],
    happens: "The report server's rsreportserver.config can be seen but not read.",
  },
  {
    name: "report-server-away",
    hosts: ["ssrs01.lab"],
    happens: "The drive of the report server can't be reached over the network.",
  },
] as const satisfies readonly IncidentDescription[];
