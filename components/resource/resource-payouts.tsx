'use client'

import Link from 'next/link'
import { Address } from '../address'
import { SwitchField } from '../form/field'
import type { FormState, NetworkChoice, ShopPayouts } from './form-state'
import { PayoutFields } from './payout-fields'

type Props = {
  networks: readonly NetworkChoice[]
  shopPayouts: ShopPayouts
  wallet: string
  state: Pick<FormState, 'ownPayouts' | 'payTo'>
  change: (patch: Partial<FormState>, field: string) => void
}

/** Where a resource is paid: at the addresses of the shop, or at its own, with a warning for each that the shop does not have. */
export function ResourcePayouts({ networks, shopPayouts, wallet, state: { ownPayouts, payTo }, change }: Props) {
  const nameOf = (network: string) => networks.find((choice) => choice.network === network)?.name ?? network
  const isOfShop = (address: string) =>
    shopPayouts.some((payout) => payout.payTo.toLowerCase() === address.toLowerCase())
  const foreign = Object.entries(payTo).filter(([, address]) => address !== '' && !isOfShop(address))
  return (
    <>
      {shopPayouts.length > 0 ? (
        <SwitchField
          name="ownPayouts"
          label="Pay this resource to other addresses"
          hint="Off: its revenue goes to the payout addresses of the shop, and follows them."
          value={ownPayouts}
          onChange={(on) => change({ ownPayouts: on }, 'ownPayouts')}
        />
      ) : (
        <p className="text-muted-foreground">
          The shop has no payout addresses.{' '}
          <Link href="/settings/payouts" className="rounded-sm text-brand underline">
            Set them once
          </Link>
          , and every resource can follow them.
        </p>
      )}
      {ownPayouts ? (
        <PayoutFields
          networks={networks}
          wallet={wallet}
          payTo={payTo}
          onChange={(next, field) => change({ payTo: next }, field)}
        />
      ) : (
        <ul aria-label="Payout addresses of the shop" className="flex flex-col gap-1">
          {shopPayouts.map((payout) => (
            <li key={payout.network} className="flex flex-wrap items-center gap-x-2">
              <span className="text-muted-foreground">{nameOf(payout.network)}</span>
              <Address value={payout.payTo} label={`payout address on ${nameOf(payout.network)}`} />
            </li>
          ))}
        </ul>
      )}
      {ownPayouts && shopPayouts.length > 0 && foreign.length > 0 && (
        <p role="status" className="text-xs text-warning">
          {foreign.map(([network]) => nameOf(network)).join(', ')}: this address is not one of the shop’s. Revenue of
          this resource leaves the shop.
        </p>
      )}
    </>
  )
}
