/**
 * Whether two versions are of one build: the site writes `5.00.9128.1000`, Setup's own file `5.0.9128.1007`.
 * What can't be read differs from nothing.
 */
export function isOfVersion(media: string, version: string): boolean {
  const [left, right] = [buildOf(media), buildOf(version)];
  return left === undefined || right === undefined || left === right;
}

function buildOf(version: string): string | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)/.exec(version);
  return match ? match.slice(1).map(Number).join(".") : undefined;
}
