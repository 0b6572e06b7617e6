import { expect, test } from "vitest";
import { Crew } from "../../../src/store/crew/crew.ts";

test("small work starts no thread, and once threads run it goes to them", async () => {
  const crew = new Crew(2);
  const [desk] = crew.small();
  expect(crew.small()).toEqual([desk]);
  const threads = crew.large();
  expect(threads.length).toBe(2);
  expect(crew.small()).toBe(threads);
  await crew.close();
});

test("what a thread owes when it dies is rejected, not waited for", async () => {
  const crew = new Crew(1);
  const [thread] = crew.large();
  // A session that was never opened is a fault of ours, and ends nothing but this request.
  await expect(thread!.ask(1, { do: "finish" })).rejects.toThrow();
  // Listened to before the crew closes: the answer may come first, and a rejection nobody awaits ends the
  // run.
  const owed = expect(thread!.ask(1, { do: "finish" })).rejects.toThrow();
  await crew.close();
  await owed;
  await expect(thread!.ask(1, { do: "finish" })).rejects.toThrow(/ended too early/);
});
