import { networkKey, siteKey } from "../outside/site/windows.ts";
import type { WindowsRegistry } from "../model/policy/source.ts";
import { textsAt } from "../policy/text/values.ts";
import type { Kind } from "./kind.ts";

export const windowsRegistry: Kind<WindowsRegistry> = {
  kind: "windows-registry",
  title: "Registry keys",
  captures: "Registry keys of the site server as reg.exe exports them, checked for wholeness.",

  byDefault: "registry",
  defaults: { keys: [siteKey.key, networkKey.key] },
  reachesDatabase: false,
  resolve: ({ name, source }) => ({ kind: "windows-registry", name, keys: textsAt(source, "keys") }),

  // It notes how far the site had got in the database: a restored registry must be neither much older nor
  // much newer.
  captured: { after: "site-database", atOnce: true },
  throughQuiet: true,
  carriesWindow: false,
  yieldsToTask: false,

  inPoint: { fitsDatabase: true },
  protects: (_, { is }) => is === "registry",

  restored: { after: "site-files" },
  runbook: [
    "Read it, do not import it: Setup writes the site's keys anew, and the passwords in them are bound to the lost machine.",
    "Compare it with the recovered site: Last Row Version below SMS_COLLECTION_EVALUATOR and SMS_POLICY_PROVIDER must fit the database, and ContentVersion of SMS_WSUS_SYNC_MANAGER must not be below the newest MinCatalogVersion there. The database of the same recovery point is the one to compare with.",
    "Keys of your own software can be imported one by one with reg.exe import.",
  ],
};
