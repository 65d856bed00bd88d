import { Address } from '../address'

type Props = {
  payouts: readonly { network: string; payTo: string }[]
  /** The name of a network. */
  nameOf: (network: string) => string
}

/** Payout addresses by network. */
export function PayoutList({ payouts, nameOf }: Props) {
  if (payouts.length === 0) return <p className="text-muted-foreground">No payout address is set.</p>
  return (
    <ul className="flex flex-col gap-1">
      {payouts.map(({ network, payTo }) => (
        <li key={network} className="flex flex-wrap items-center gap-x-2">
          <span className="text-muted-foreground">{nameOf(network)}</span>
          <Address value={payTo} label={`payout address on ${nameOf(network)}`} />
        </li>
      ))}
    </ul>
  )
}
