/** Several wallets of one person. A link lets each of them see what all of them paid; it gives no right in a shop. */

/** With itself. One page reads all of them. */
export const walletsMax = 10

/** The text that the other wallet signs: one line of ASCII that names the wallet that is signed in. */
export const linkStatement = (wallet: string) =>
  `Link this wallet to ${wallet}. Each of the two sees what the other pays here, and may set its budgets. It gives no access to a shop. This signature moves no money.`

/** What the nonce is bound to: a signature for one wallet links to no other. */
export const linkBinding = (wallet: string) => `link to ${wallet}`
