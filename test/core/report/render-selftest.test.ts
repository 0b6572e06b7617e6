import { expect, test } from "vitest";
import { renderSelftest } from "../../../src/core/report/render-selftest.ts";
import type { Paint } from "../../../src/core/report/words/paint.ts";

const plain: Paint = (_, text) => text;

test("what was found is counted first, then by kind, then told with its reasons", () => {
  const lines = renderSelftest(
    "PS1  CM_PS1 on sql01",
    [
      { id: "dbo.ServerData", found: "confirmed" },
      { id: "dbo.ServerData.SiteCode", found: "confirmed" },
      { id: "dbo.ServerData.SiteStatus", found: "differs", note: "it holds NULL" },
      { id: "dbo.ServerData.Status", found: "other-name" },
      { id: "dbo.ServerData.SiteStatus = 126", found: "differs", note: "nobody explains it" },
      { id: "ConfigMgrBackup.ini", found: "differs" },
      { id: "dbo.ServerData.SiteStatus = 120", found: "not-seen" },
      { id: "error 229", found: "not-asked", note: "an error shows it" },
      { id: "error 207", found: "not-asked", note: "an error shows it" },
    ],
    plain,
  );
  expect(lines).toEqual([
    "PS1  CM_PS1 on sql01",
    "  2 facts confirmed, 3 differ, 2 not asked, 1 not seen here",
    "    kind          confirmed  other name  differs  not asked  not seen",
    "    object                1           -        -          -         -",
    "    column                1           1        1          -         -",
    "    number                -           -        1          -         1",
    "    file name             -           -        1          -         -",
    "    error number          -           -        -          2         -",
    "  differs  dbo.ServerData.SiteStatus: it holds NULL",
    "  differs  dbo.ServerData.SiteStatus = 126: nobody explains it",
    "  differs  ConfigMgrBackup.ini (a belief of ours)",
    "  not asked  2 facts: an error shows it",
  ]);
});
