import Link from 'next/link'
import { Address } from './address'
import { addressUrl } from './explorer'
import type { Fact } from './facts'
import { NetworkName } from './network-name'

type Network = { network: string; name: string; explorer: string | null }

/** A resource by method and path, linked to its page. */
export function ResourceLink({ resource }: { resource: { id: string; method: string; path: string } }) {
  return (
    <Link href={`/resources/${resource.id}`} className="rounded-sm font-mono text-xs text-brand hover:underline">
      {resource.method} {resource.path}
    </Link>
  )
}

type Parties = { network: Network; payer: string; payee: string; payerHref: string }

/** The payer and the payee, as facts. */
export function partyFacts({ network, payer, payee, payerHref }: Parties): Fact[] {
  return [
    {
      label: 'Payer',
      value: <Address value={payer} label="payer address" href={payerHref} {...addressUrl(network, payer)} />,
    },
    { label: 'Paid to', value: <Address value={payee} label="pay-to address" {...addressUrl(network, payee)} /> },
  ]
}

/** The network and the token, as facts. */
export function tokenFacts(network: Network, token: { symbol: string; address: string }): Fact[] {
  return [
    { label: 'Network', value: <NetworkName network={network.network} name={network.name} /> },
    {
      label: 'Token',
      value: (
        <span className="inline-flex items-center gap-1">
          {token.symbol} <Address value={token.address} label="token address" />
        </span>
      ),
    },
  ]
}
