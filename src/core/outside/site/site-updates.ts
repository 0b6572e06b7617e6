import { numbers } from "../facts/numbers.ts";
import { relation } from "../facts/relation.ts";
import { select } from "../facts/right.ts";
import { updatePackageClass, updateStateScripts } from "../facts/witnesses.ts";

/** Updates of Configuration Manager that a site knows of. */
export const updatePackages = relation({
  name: "dbo.CM_UpdatePackages",
  at: "site database",
  says: "one row for an update of the site, whether it is installed or not",
  right: select("dbo.CM_UpdatePackages"),
  columns: {
    Name: { type: "text", says: "`Configuration Manager 2409`", confidence: 88 },
    FullVersion: { type: "text", says: "the version that it brings", confidence: 85, ifNull: "unknown" },
    State: { type: "whole", says: "how far it is", confidence: 88 },
  },
  witnesses: [updatePackageClass, updateStateScripts],
  confidence: 88,
  otherwise: "that an update is about to be installed is not told",
});

/**
 * States of an update that is about to be installed, or is being installed: from its download on. One that is
 * known and not downloaded waits for nobody.
 */
export const updateStates = numbers({
  of: "dbo.CM_UpdatePackages.State",
  isOpen: true,
  values: {
    downloaded: 0x40002,
    "content is replicated": 0x10001,
    "content was replicated": 0x10002,
    "prerequisites are checked": 0x20001,
    "prerequisites are met": 0x20002,
    "prerequisites are met with warnings": 0x20003,
    "prerequisites are not met": 0x2ffff,
    "is installed": 0x30001,
    "waits for a service window": 0x30002,
    "waits for the parent site": 0x30003,
  },
  witnesses: [updatePackageClass],
  confidence: 93,
  otherwise: "that an update is about to be installed is not told",
});
