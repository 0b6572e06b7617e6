/** The same thing with some of its members replaced: everything else of it is as real as before. */
export function replacing<Of extends object>(of: Of, members: Partial<Record<keyof Of, unknown>>): Of {
  return new Proxy(of, {
    get(target, name) {
      if (Object.hasOwn(members, name)) return members[name as keyof Of];
      const member: unknown = target[name as keyof Of];
      return typeof member === "function" ? (member.bind(target) as unknown) : member;
    },
  });
}
