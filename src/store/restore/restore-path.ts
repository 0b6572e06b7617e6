/** Names that Windows keeps for devices, with any extension. */
const deviceName = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;

/**
 * Says why a path of a tree can't be written on this platform, or nothing when it can. A tree may come from a
 * forged or foreign repository: nothing in it may reach outside the folder that is restored to.
 */
export function decidePathRefusal(path: string, platform: NodeJS.Platform): string | undefined {
  if (path === "" || path.startsWith("/")) return "it is not a relative path";
  const parts = path.split("/");
  if (parts.some((part) => part === "" || part === "." || part === ".."))
    return "it leaves the folder restored to";
  if (path.includes("\0")) return "it holds a character that no file name may hold";
  return platform === "win32" ? parts.map(decideWindowsRefusal).find((it) => it !== undefined) : undefined;
}

function decideWindowsRefusal(part: string): string | undefined {
  // `\` would be another folder, `:` a drive or a stream.
  // oxlint-disable-next-line no-control-regex -- these are the very characters that Windows refuses
  if (/[\\:<>"|?*\u0001-\u001f]/.test(part)) return "it holds a character that Windows does not allow";
  if (deviceName.test(part)) return "Windows keeps this name for a device";
  return /[. ]$/.test(part) ? "Windows drops a dot or space at the end of a name" : undefined;
}
