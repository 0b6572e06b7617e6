import { answerQuestions } from "../../threads/answer-questions.ts";
import { listFolder, lookAt } from "./list-folder.ts";
import { type ListQuestion, packListings, type PackedListings, transfersOf } from "./list-messages.ts";

/** The entry of a thread that lists folders for a walk. */
answerQuestions(
  ({ order, folders, names }: ListQuestion): PackedListings =>
    packListings(
      names === undefined
        ? folders.map((folder) => listFolder(order, folder))
        : [{ names: [], ...lookAt(order, folders[0]!, names.split("/")) }],
    ),
  transfersOf,
);
