/** Pages of a network's block explorer; empty for a network without one, such as a local chain. */

type Explored = { explorer: string | null }

export function transactionUrl(network: Explored, hash: string): { explorerHref?: string } {
  return page(network, `tx/${hash}`)
}

export function addressUrl(network: Explored, address: string): { explorerHref?: string } {
  return page(network, `address/${address}`)
}

/** Explorers of several clusters name the cluster in the query, which stays at the end. */
function page({ explorer }: Explored, path: string): { explorerHref?: string } {
  if (!explorer) return {}
  const [base, query] = explorer.split('?')
  return { explorerHref: `${base}/${path}${query ? `?${query}` : ''}` }
}
