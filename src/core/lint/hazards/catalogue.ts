import type { Hazard } from "../parts/hazard.ts";
import { afterBackupMirrors } from "./after-backup-mirrors.ts";
import { availabilityGroupTaskFiles } from "./availability-group-task-files.ts";
import { availabilityGroupUnsupported } from "./availability-group-unsupported.ts";
import { backupCertificateMissing } from "./backup-certificate-missing.ts";
import { brokerPortDiffers } from "./broker-port-differs.ts";
import { cdLatestNotCaptured } from "./cd-latest-not-captured.ts";
import { cdLatestOtherVersion } from "./cd-latest-other-version.ts";
import { changeTrackingTwoDays } from "./change-tracking-two-days.ts";
import { clusteredExternalBackup } from "./clustered-external-backup.ts";
import { controlFileNotInForce } from "./control-file-not-in-force.ts";
import { keyBesideSite } from "./key-beside-site.ts";
import { keysNotCaptured } from "./keys-not-captured.ts";
import { libraryNotInUse } from "./library-not-in-use.ts";
import { libraryOnOneServer } from "./library-on-one-server.ts";
import { logInSimpleModel } from "./log-in-simple-model.ts";
import { logNeverBackedUp } from "./log-never-backed-up.ts";
import { notCovered } from "./not-covered.ts";
import { pageVerifyOff } from "./page-verify-off.ts";
import { partnerNotNamed } from "./partner-not-named.ts";
import { repositoryBesideSite } from "./repository-beside-site.ts";
import { siteCollation } from "./site-collation.ts";
import { siteServerOptions } from "./site-server-options.ts";
import { availabilityGroupModel } from "./availability-group-model.ts";
import { replicaNotPreferred } from "./replica-not-preferred.ts";
import { siteDatabaseOwner } from "./site-database-owner.ts";
import { siteDatabaseSettings } from "./site-database-settings.ts";
import { siteUpdatePending } from "./site-update-pending.ts";
import { taskDestinationName } from "./task-destination-name.ts";
import { taskDestinationOneServer } from "./task-destination-one-server.ts";
import { taskDestinationVolume } from "./task-destination-volume.ts";
import { userStateWithoutDatabase } from "./user-state-without-database.ts";

/**
 * Every hazard, in the order in which they are told: what the policy shows by itself, then what its site
 * shows.
 */
export const hazards: readonly Hazard[] = [
  repositoryBesideSite,
  keyBesideSite,
  partnerNotNamed,
  taskDestinationName,
  taskDestinationVolume,
  taskDestinationOneServer,
  libraryOnOneServer,
  userStateWithoutDatabase,
  logInSimpleModel,
  logNeverBackedUp,
  availabilityGroupTaskFiles,
  siteCollation,
  pageVerifyOff,
  siteDatabaseSettings,
  siteDatabaseOwner,
  siteServerOptions,
  clusteredExternalBackup,
  brokerPortDiffers,
  changeTrackingTwoDays,
  keysNotCaptured,
  backupCertificateMissing,
  availabilityGroupUnsupported,
  availabilityGroupModel,
  replicaNotPreferred,
  cdLatestNotCaptured,
  cdLatestOtherVersion,
  controlFileNotInForce,
  afterBackupMirrors,
  libraryNotInUse,
  siteUpdatePending,
  notCovered,
];
