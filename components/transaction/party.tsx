import { Address } from '../address'
import { addressUrl } from '../explorer'
import { Badge } from '../ui/badge'

/** The accounts with a role in a transaction. */
export type Parties = { network: { explorer: string | null }; signer: string; to: string | null }

/** An account with its role in the transaction. */
export function Party({ address, parties }: { address: string; parties: Parties }) {
  const part =
    address === parties.signer
      ? 'signer'
      : address === parties.to?.toLowerCase()
        ? 'contract'
        : /^0x0+$/.test(address)
          ? 'no account'
          : null
  return (
    <span className="inline-flex items-center gap-1">
      <Address value={address} label="account" copy={part === null} {...addressUrl(parties.network, address)} />
      {part && <Badge tone="outline">{part}</Badge>}
    </span>
  )
}
