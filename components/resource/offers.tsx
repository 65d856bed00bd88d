import { Address } from '../address'
import { Amount } from '../amount'
import { Facts } from '../facts'
import { Badge } from '../ui/badge'

/** One offer, read from a decoded challenge of either protocol. */
type Offer = {
  protocol: string
  way: string
  network: string
  amountBase: string
  asset: string
  payTo: string
  /** Sessions only: the unit that the amount buys, and the suggested deposit. */
  session?: { unitType: string; depositBase: string }
}

/** All offers of the challenge. */
export function Offers({ decoded }: { decoded: readonly Record<string, unknown>[] }) {
  const offers = decoded.map(toOffer)
  return (
    <ul className="flex flex-col gap-3">
      {offers.map((offer, index) => (
        <li key={index} className="rounded-md border">
          <div className="flex items-center justify-between gap-2 border-b px-3 py-2">
            <span className="flex items-center gap-2 font-medium">
              <Badge tone="brand">{offer.protocol}</Badge> {offer.way}
            </span>
            <span>
              <Amount base={offer.amountBase} className="font-medium" />
              {offer.session && <span className="text-muted-foreground"> / {offer.session.unitType}</span>}
            </span>
          </div>
          <Facts
            className="px-3"
            facts={[
              { label: 'Network', value: <span className="font-mono text-xs">{offer.network}</span> },
              { label: 'Token', value: <Address value={offer.asset} label="token address" /> },
              { label: 'Pays to', value: <Address value={offer.payTo} label="pay-to address" /> },
              offer.session && { label: 'Into escrow', value: <Amount base={offer.session.depositBase} /> },
            ]}
          />
        </li>
      ))}
    </ul>
  )
}

function toOffer(decoded: Record<string, unknown>): Offer {
  if ('x402Version' in decoded) {
    const { x402Version, scheme, network, amount, asset, payTo } = decoded
    return {
      protocol: 'x402',
      way: `v${String(x402Version)} ${String(scheme)}`,
      network: String(network),
      amountBase: String(amount),
      asset: String(asset),
      payTo: String(payTo),
    }
  }
  const { method, intent, request } = decoded as { method: string; intent: string; request: Record<string, unknown> }
  const details = request.methodDetails as { chainId?: number } | undefined
  return {
    protocol: 'MPP',
    way: `${method} ${intent}`,
    network: `eip155:${String(details?.chainId ?? request.chainId)}`,
    amountBase: String(request.amount),
    asset: String(request.currency),
    payTo: String(request.recipient),
    ...(intent === 'session' && {
      session: { unitType: String(request.unitType), depositBase: String(request.suggestedDeposit) },
    }),
  }
}
