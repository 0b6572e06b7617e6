import { join } from "node:path";

import { hostFolder } from "../lab-folder.ts";

/** The key that a report server protects its secrets with; on Windows it lives in the service's own store. */
export function serverKeyFile(lab: string): string {
  return join(hostFolder(lab, "ssrs01"), "symmetric-key");
}
