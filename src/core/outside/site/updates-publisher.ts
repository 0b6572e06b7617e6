import { file } from "../facts/file-fact.ts";
import { publisherBackupPage } from "../facts/witnesses.ts";

const otherwise = "the database is not found; where the policy names a machine that is an error";

/** Where the profile of a user keeps what programs of Microsoft write for this machine alone. */
export const profileHome = ["AppData", "Local", "Microsoft"] as const;

/** The database of Updates Publisher 2011. */
export const publisher2011 = file(
  "a user's profile",
  [...profileHome, "System Center Updates Publisher 2011"],
  {
    mayLack: true,
    says: "Scupdb.sdf of Updates Publisher 2011, in a folder of its version",
    versions: "2011",
    witnesses: [publisherBackupPage],
    confidence: 97,
    otherwise,
  },
);

/** The database of later versions. */
export const publisher2017 = file("a user's profile", [...profileHome, "UpdatesPublisher"], {
  mayLack: true,
  says: "Scupdb.sdf of the Updates Publisher that came in 2017",
  versions: "2017",
  witnesses: [],
  confidence: 60,
  otherwise,
});

/** The file's name, whatever folder it is in. */
export const publisherDatabaseName = "scupdb.sdf";
