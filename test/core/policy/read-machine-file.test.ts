import { expect, test } from "vitest";
import { readMachineFile } from "../../../src/core/policy/read-machine-file.ts";
import { renderProblems } from "../../../src/core/report/render-problems.ts";

const path = "machine.yaml";

test("a machine file says what may run, where tools are and what is elsewhere", () => {
  const text = `
identity: cm01.lab
allow: ['D:\\scripts\\tell.cmd']
tools: { reg: [/usr/bin/node, /lab/bin/reg.mjs] }
paths: { 'D:\\': /lab/hosts/cm01/D, '\\\\sql01.lab\\stage$': /lab/hosts/sql01/E/stage }
servers: { sql01.lab: '127.0.0.1:14331', 'sql01\\CM': '[::1]:1433' }
certificateAuthority: /lab/secrets/ca.pem
serverCertificates: { sql01.lab: /lab/secrets/server.pem }
`;
  expect(readMachineFile({ path, text }, "here")).toEqual({
    machine: {
      identity: "cm01.lab",
      allow: ["D:\\scripts\\tell.cmd"],
      tools: { reg: ["/usr/bin/node", "/lab/bin/reg.mjs"] },
      paths: { "D:\\": "/lab/hosts/cm01/D", "\\\\sql01.lab\\stage$": "/lab/hosts/sql01/E/stage" },
      servers: { "sql01.lab": "127.0.0.1:14331", "sql01\\CM": "[::1]:1433" },
      certificateAuthority: "/lab/secrets/ca.pem",
      serverCertificates: { "sql01.lab": "/lab/secrets/server.pem" },
    },
    problems: [],
  });
});

test("a machine that says nothing of itself may run nothing, and is its host name", () => {
  expect(readMachineFile({ path, text: "allow: []\n" }, "here").machine).toEqual({
    identity: "here",
    allow: [],
    tools: {},
    paths: {},
    servers: {},
  });
});

test("all that is wrong with a machine file is told at once, and none of it is used", async () => {
  const text = `identity: [cm01]
allow: [tell.cmd]
alow: ['C:\\Windows\\System32\\cmd.exe']
tools: { regedit: [x], reg: reg.exe }
servers: { sql01.lab: 127.0.0.1, sql02.lab: 1433 }
certificateAuthority:
`;
  const { machine, problems } = readMachineFile({ path, text }, "here");
  expect(machine).toBeUndefined();
  await expect(renderProblems(problems)).toMatchFileSnapshot("../../golden/problems/machine-file.txt");
});

test.each([
  ["an empty file", "", "document-kind"],
  ["two documents", "allow: []\n---\nallow: []\n", "document-kind"],
  ["a list", "- a\n", "wrong-type"],
])("%s is no machine file", (_, text, code) => {
  expect(readMachineFile({ path, text }, "here")).toMatchObject({ problems: [{ code }] });
});
