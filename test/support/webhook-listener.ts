import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** A web server on a real socket that keeps the texts that were posted to it. */
export interface WebhookListener {
  readonly url: string;
  /** What was posted since the last call, in its order. */
  takeTexts(): readonly string[];
  /** What it answers from now on; `silent` never answers. */
  answer(status: number | "silent"): void;
}

/** Starts a listener on 127.0.0.1 that answers 200, and closes it with the test. */
export async function startWebhook(): Promise<WebhookListener> {
  const texts: string[] = [];
  let status: number | "silent" = 200;
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part: Buffer) => (body += part.toString()));
    request.on("end", () => {
      texts.push((JSON.parse(body) as { readonly text: string }).text);
      if (status !== "silent") response.writeHead(status).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    takeTexts: () => texts.splice(0),
    answer: (next) => void (status = next),
  };
}
