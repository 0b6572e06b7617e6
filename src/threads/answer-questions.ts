import { parentPort } from "node:worker_threads";

interface Asked<Question> {
  readonly number: number;
  readonly question: Question;
}

/**
 * Makes this worker the other end of a `Thread`. `transfersOf` names what of a reply is handed over and not
 * copied.
 */
export function answerQuestions<Question, Reply>(
  answer: (question: Question) => Reply,
  transfersOf: (reply: Reply) => readonly ArrayBuffer[],
): void {
  const port = parentPort;
  if (port === null) throw new Error("A worker runs in a thread of its own.");
  port.on("message", ({ number, question }: Asked<Question>) => {
    try {
      const reply = answer(question);
      port.postMessage({ number, reply }, transfersOf(reply));
    } catch (thrown) {
      port.postMessage({ number, fault: thrown });
    }
  });
}
