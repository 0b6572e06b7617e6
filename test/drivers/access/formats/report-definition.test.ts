import { describe, expect, test } from "vitest";
import {
  definitionText,
  namesIn,
  queriesIn,
} from "../../../../src/drivers/access/formats/report-definition.ts";

const definition = `<?xml version="1.0"?><Report><DataSets>
<DataSet Name="A"><Query><CommandText>SELECT a FROM dbo.v_Own AS o WHERE n &lt; 5 &amp;&amp; x &#62; &#x31;</CommandText></Query></DataSet>
<DataSet Name="B"><Query><CommandType>StoredProcedure</CommandType><CommandText>[dbo].[usp Own]</CommandText></Query></DataSet>
</DataSets></Report>`;

test("the queries of a report are its statements and procedures, as they are sent", () => {
  expect(queriesIn(definition)).toEqual([
    "SELECT a FROM dbo.v_Own AS o WHERE n < 5 && x > 1",
    "[dbo].[usp Own]",
  ]);
  expect(queriesIn("<Report/>")).toEqual([]);
});

test("names stand in a query bare or in brackets, in any case", () => {
  expect([...namesIn("EXEC [dbo].[usp Own] @a = 1; SELECT x FROM DBO.v_Öwn_1")]).toEqual(
    expect.arrayContaining(["usp own", "dbo", "v_öwn_1"]),
  );
});

describe("a definition", () => {
  test.each<[string, Uint8Array]>([
    ["UTF-8", Buffer.from("<Report/>")],
    ["UTF-8 with a mark", Buffer.from("\uFEFF<Report/>")],
    ["UTF-16", Buffer.from("<Report/>", "utf16le")],
    ["UTF-16 with a mark", Buffer.from("\uFEFF<Report/>", "utf16le")],
  ])("is read in %s", (_, bytes) => {
    expect(definitionText(bytes)).toBe("<Report/>");
  });
});
