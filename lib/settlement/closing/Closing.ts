/** The text that an owner's wallet signs to close its shop: one line of ASCII. */
export const statement = (slug: string) =>
  `Close the shop ${slug} for good. It sells nothing any more, and its address stays taken. This signature moves no money.`
