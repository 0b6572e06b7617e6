/**
 * The members of an object that have a value: what is `undefined` is left out, as optional members ask for.
 */
export function given<Parts extends object>(parts: Parts): Given<Parts> {
  const entries = Object.entries(parts).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Given<Parts>;
}

type Given<Parts> = { readonly [Name in keyof Parts]?: Exclude<Parts[Name], undefined> };
