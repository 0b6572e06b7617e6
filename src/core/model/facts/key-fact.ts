/** The certificate of BitLocker Management, by which recovery keys are encrypted in the site database. */
export const bitlockerCertificate = "BitLockerManagement_CERT";

/** What a copy of the site database may need a key for, as it says so itself, and how that is called. */
export const keyUses = { bitlocker: "BitLocker Management", tde: "transparent data encryption" } as const;
