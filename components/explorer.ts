/** Pages of a network's block explorer; undefined where there is none, as on local chains. */

type Explored = { explorer: string | null }

export function transactionUrl(network: Explored, hash: string): { explorerHref?: string } {
  return network.explorer ? { explorerHref: `${network.explorer}/tx/${hash}` } : {}
}

export function addressUrl(network: Explored, address: string): { explorerHref?: string } {
  return network.explorer ? { explorerHref: `${network.explorer}/address/${address}` } : {}
}
