/**
 * What the head of a 402 leaves to its body where it has no room, in this order: first what no client reads there, then what only
 * directories read, last ways to pay. One list for all protocols; each gives up what it has of a name. docs/head.md says it to people.
 */
export const order = [
  /** JSON Schemas of x402's extensions, which their specifications fix; not the bazaar's. */
  'schemas',
  /** What is said twice: MPP's description, which x402's resource has too, and that a payment is wanted, which the status says. */
  'repetition',
  /** What the answer looks like: the bazaar's example and schema of it. */
  'output',
  /** x402's signed offers. */
  'offers',
  /** Examples and schemas of query and body. */
  'examples',
  /** Service name, tags, icon and media type. */
  'about',
  /** All that catalogues can do without of the bazaar entry. */
  'form',
  /** The description but for its beginning. */
  'description',
  /** That a payment may carry an id of the agent's; where it must, that stays. */
  'identifier',
  /** The query in x402's `resource.url`. The client has sent it, but mppx up to 0.8 takes no other address than it asked for. */
  'query',
  /** The values in a path with names: `resource.url` is the path as it is sold. */
  'address',
  /** The bazaar entry: facilitators elsewhere list a resource by it. */
  'bazaar',
  /** Permit2 where the token has EIP-3009 too. */
  'permit2',
  /** Signing in with a wallet. */
  'sign-in',
] as const

export type Sacrifice = (typeof order)[number]

/**
 * What a head does not give up to be small, so that it is large instead, on networks that are few, or many: what costs an agent a way
 * to pay or to come back without paying; on many, to be found elsewhere too.
 */
export const keptWhere: Readonly<Record<'few' | 'many', Sacrifice>> = { few: 'sign-in', many: 'bazaar' }

/** What is given up: some names, and all but the first `ways` to pay by each protocol. */
export type GivenUpParts = { has(name: Sacrifice): boolean; ways: number }

const waysLeft = [12, 9, 7, 6, 5, 4, 3, 2, 1]

/** Every step, each with all that the ones before it gave up; the first gives up nothing. */
export const steps: readonly [GivenUpParts, ...GivenUpParts[]] = [
  toGiven([]),
  ...order.map((_, index) => toGiven(order.slice(0, index + 1))),
  ...waysLeft.map((ways) => toGiven(order, ways)),
]

/** What is given up by these names, and all but the first `ways`. */
export function toGiven(names: readonly Sacrifice[], ways = Infinity): GivenUpParts {
  const given = new Set(names)
  return { has: (name) => given.has(name), ways }
}
