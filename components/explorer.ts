/** Pages of a network's block explorer; undefined where there is none, as on local chains. */

type Explored = { explorer: string | null }

export function transactionUrl(network: Explored, hash: string): { explorerHref?: string } {
  return page(network, `tx/${hash}`)
}

export function addressUrl(network: Explored, address: string): { explorerHref?: string } {
  return page(network, `address/${address}`)
}

/** An explorer of several clusters is told by a query which one is meant. */
function page({ explorer }: Explored, path: string): { explorerHref?: string } {
  if (!explorer) return {}
  const [base, query] = explorer.split('?')
  return { explorerHref: `${base}/${path}${query ? `?${query}` : ''}` }
}
