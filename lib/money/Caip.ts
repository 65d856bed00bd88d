/**
 * CAIP-2 network identifiers, e.g. "eip155:84532" or "solana:" and the first 32 characters of its genesis hash. The only form in
 * which a network is stored or compared.
 */
export type Caip2 = `${string}:${string}`

const pattern = /^[-a-z0-9]{3,8}:[-_a-zA-Z0-9]{1,32}$/

/** @throws TypeError if the text is not CAIP-2. */
export function parse(text: string): Caip2 {
  if (!pattern.test(text)) throw new TypeError(`"${text}" is not a CAIP-2 network such as eip155:8453`)
  return text as Caip2
}

/** A Solana cluster: addresses are base58, and their case matters. */
export function isSolana(network: string): network is `solana:${string}` {
  return network.startsWith('solana:')
}

export function fromChainId(chainId: number): Caip2 {
  return `eip155:${chainId}`
}

/** @throws TypeError if the network is not in the eip155 namespace. */
export function toChainId(network: Caip2): number {
  const [namespace, reference] = network.split(':')
  if (namespace !== 'eip155') throw new TypeError(`${network} has no EVM chain id`)
  return Number(reference)
}

/** @param genesisHash as a node of the cluster reports it, base58. */
export function fromGenesis(genesisHash: string): Caip2 {
  return `solana:${genesisHash.slice(0, 32)}`
}
