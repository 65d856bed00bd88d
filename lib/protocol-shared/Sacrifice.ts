/**
 * The parts of a 402 that move from the header to the body if the header is too large, in this order: first parts
 * that no client reads in the header, then parts that only directories read, last ways to pay. All protocols share
 * the list, and each drops what it has of a name. Explained in docs/head.md.
 */
export const order = [
  /** JSON Schemas of x402's extensions, which their specifications fix. Not the bazaar's schemas. */
  'schemas',
  /**
   * Repeated facts: MPP's description, which x402's resource also has, and the payment-required message, which the
   * status says.
   */
  'repetition',
  /** The shape of the answer: the bazaar's example and schema of it. */
  'output',
  /** x402's signed offers. */
  'offers',
  /** Examples and schemas of query and body. */
  'examples',
  /** Service name, tags, icon and media type. */
  'about',
  /** Every part of the bazaar entry that catalogues do not need. */
  'form',
  /** The description, except its beginning. */
  'description',
  /** The permission to send a payment id. If the resource requires an id, this stays. */
  'identifier',
  /**
   * The query in x402's `resource.url`. The client already has it, but mppx up to 0.8 accepts only the exact address
   * that it requested.
   */
  'query',
  /** The values in a path with names: `resource.url` becomes the configured path. */
  'address',
  /** The bazaar entry. Other facilitators need it to list the resource. */
  'bazaar',
  /** Permit2, if the token also has EIP-3009. */
  'permit2',
  /** Sign-in with a wallet. */
  'sign-in',
] as const

export type Sacrifice = (typeof order)[number]

/**
 * The first part that makes a header use the large limit instead of dropping the part to fit the small one. With few
 * networks that is sign-in, because an agent would have to pay again. With many networks it is the bazaar entry,
 * because other facilitators list the resource by it.
 */
export const keptWhere: Readonly<Record<'few' | 'many', Sacrifice>> = { few: 'sign-in', many: 'bazaar' }

/** The dropped parts: some names, and all but the first `ways` to pay of each protocol. */
export type GivenUpParts = { has(name: Sacrifice): boolean; ways: number }

const waysLeft = [12, 9, 7, 6, 5, 4, 3, 2, 1]

/** All steps in order; each includes the earlier ones, and the first drops nothing. */
export const steps: readonly [GivenUpParts, ...GivenUpParts[]] = [
  toGiven([]),
  ...order.map((_, index) => toGiven(order.slice(0, index + 1))),
  ...waysLeft.map((ways) => toGiven(order, ways)),
]

/** The dropped parts for these names, keeping the first `ways` to pay. */
export function toGiven(names: readonly Sacrifice[], ways = Infinity): GivenUpParts {
  const dropped = new Set(names)
  return { has: (name) => dropped.has(name), ways }
}
