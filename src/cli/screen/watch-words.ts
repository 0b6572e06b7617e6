/** What `watch` says at its turns. The demo waits for these words, so both take them from here. */
export const watchWords = {
  changed: "a policy changed",
  notTaken: "What is wrong is not taken.",
  lost: "The policies are gone.",
  ended: "run ended with",
} as const;
