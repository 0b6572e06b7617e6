import { answerQuestions } from "../../../threads/answer-questions.ts";
import { listFolder, lookAt } from "./list-folder.ts";
import { type ListQuestion, packListings, type PackedListings, transfersOf } from "./list-messages.ts";

/** The entry of a thread that lists folders for a walk. */
answerQuestions(
  ({ order, folders, names }: ListQuestion): PackedListings =>
    packListings(
      names === undefined
        ? folders.split("\0").map((folder) => listFolder(order, folder))
        : [{ names: [], ...lookAt(order, folders, names.split("/")) }],
    ),
  transfersOf,
);
