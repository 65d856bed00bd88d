'use client'

import Link from 'next/link'
import { lazy, Suspense } from 'react'
import type { Challenge } from '@/lib/auth'
import { Address } from '../address'
import { SwitchField } from '../form/field'
import type { Outcome } from '../outcome'
import type { WalletSetup } from '../sign-in/wallet-buttons'
import type { FormState, NetworkChoice, ShopPayouts } from './form-state'
import { PayoutFields } from './payout-fields'

// Most resources follow the shop: the code of wallets is loaded for the others only.
const SignPayouts = lazy(() => import('./sign-payouts').then(({ SignPayouts: part }) => ({ default: part })))

/** What the wallet signs for a resource's own payouts. */
export type BeginOwnPayouts = (input: {
  method: string
  path: string
  payouts: { network: string; payTo: string }[]
}) => Promise<Outcome<Challenge.SiweChallenge>>

export type PayoutSigning = { setup: WalletSetup; begin: BeginOwnPayouts }

type Props = {
  networks: readonly NetworkChoice[]
  shopPayouts: ShopPayouts
  wallet: string
  /** The payouts that the resource has already: they need no signature. */
  initial: Pick<FormState, 'payTo'>
  signing: PayoutSigning
  state: Pick<FormState, 'ownPayouts' | 'payTo' | 'signed' | 'method' | 'path'>
  change: (patch: Partial<FormState>, field: string) => void
}

/** Where a resource is paid: at the addresses of the shop, or at its own, with a warning for each that the shop does not have. */
export function ResourcePayouts({ networks, shopPayouts, wallet, initial, signing, state, change }: Props) {
  const { ownPayouts, payTo } = state
  const nameOf = (network: string) => networks.find((choice) => choice.network === network)?.name ?? network
  const isSame = (one: string | undefined, other: string) => one?.toLowerCase() === other.toLowerCase()
  const foreign = Object.entries(payTo).filter(
    ([network, address]) =>
      address !== '' && !shopPayouts.some((payout) => payout.network === network && isSame(payout.payTo, address)),
  )
  const isNew = foreign.some(([network, address]) => !isSame(initial.payTo[network], address))
  return (
    <>
      {shopPayouts.length > 0 ? (
        <SwitchField
          name="ownPayouts"
          label="Pay this resource to other addresses"
          hint="Off: its revenue goes to the payout addresses of the shop, and follows them."
          value={ownPayouts}
          onChange={(on) => change({ ownPayouts: on, signed: null }, 'ownPayouts')}
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
          onChange={(next, field) => change({ payTo: next, signed: null }, field)}
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
      {ownPayouts && shopPayouts.length > 0 && isNew && (
        <Suspense>
          <SignPayouts {...signing} state={state} onSigned={(signed) => change({ signed }, 'payouts')} />
        </Suspense>
      )}
    </>
  )
}
