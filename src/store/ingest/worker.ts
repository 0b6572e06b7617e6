import { answerQuestions } from "../../threads/answer-questions.ts";
import type { StationQuestion } from "./messages.ts";
import { Station } from "./station.ts";
import { transfersOf } from "./transfers.ts";

/** The entry of a worker thread: a station that is asked from outside. */
const station = new Station();
answerQuestions(({ session, request }: StationQuestion) => station.answer(session, request), transfersOf);
