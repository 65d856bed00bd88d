'use client'

import { useState } from 'react'
import type { Challenge } from '@/lib/auth'
import { TextField } from '../form/field'
import { FormContext } from '../form/form-scope'
import type { Outcome } from '../outcome'
import { Panel } from '../panel'
import { useAfterPause } from '../use-after-pause'
import { slugOf } from './slug-of'
import type { NetworkChoice } from '../resource/form-state'
import { PayoutFields } from '../resource/payout-fields'
import type { SignedMessage, SignText } from '../sign-in/sign-by-evm'
import { useSignedForm } from '../sign-in/use-signed-form'
import { WalletButtons, type WalletSetup } from '../sign-in/wallet-buttons'

/** What the server reads: the profile of the shop and its payouts. */
export type ShopInput = { name: string; slug: string; payouts: { network: string; payTo: string }[] }

type Props = {
  networks: readonly NetworkChoice[]
  /** The signed-in wallet: the first suggestion for the payouts. */
  wallet: string
  /** Every resource's address begins with it, then comes the slug. */
  gatewayPrefix: string
  setup: WalletSetup
  /** What is wrong with a slug; null if it can be had. */
  checkSlug: (slug: string) => Promise<Outcome<string | null>>
  begin: (input: ShopInput) => Promise<Outcome<Challenge.SiweChallenge>>
  open: (input: ShopInput, signed: SignedMessage) => Promise<Outcome<{ href: string }>>
}

/** Name, address and payouts of a new shop; the wallet signs the payouts and becomes the owner. */
export function OpenShopForm({ networks, wallet, gatewayPrefix, setup, checkSlug, begin, open }: Props) {
  const isEvm = wallet.startsWith('0x')
  const [name, setName] = useState('')
  const [slug, setSlug] = useState('')
  const [isOwnSlug, setOwnSlug] = useState(false)
  const [slugFault, setSlugFault] = useState<string | null>(null)
  const [payTo, setPayTo] = useState<Record<string, string>>(() =>
    Object.fromEntries(
      networks.flatMap(({ network }) => (network.startsWith('eip155:') === isEvm ? [[network, wallet]] : [])),
    ),
  )

  const form = useSignedForm<ShopInput, { href: string }>(begin, open, async ({ href }) => {
    window.location.assign(href)
    // The page is leaving: its buttons stay busy.
    await new Promise(() => undefined)
  })
  useAfterPause(slug === '' ? undefined : slug, checkSlug, (outcome) => {
    if (outcome.ok) setSlugFault(outcome.value)
  })
  const errorOf = (field: string) =>
    form.scope.errorOf(field) ?? (field === 'slug' ? (slugFault ?? undefined) : undefined)
  function changeSlug(next: string) {
    // What was wrong with the old one says nothing about this one.
    setSlugFault(null)
    setSlug(next)
  }
  function rename(next: string) {
    setName(next)
    if (!isOwnSlug) changeSlug(slugOf(next))
  }
  function chooseSlug(next: string) {
    setOwnSlug(next !== '')
    changeSlug(next)
  }
  const payouts = Object.entries(payTo).map(([network, address]) => ({ network, payTo: address }))
  const signAndOpen = (sign: SignText) => form.submit({ name, slug, payouts }, sign)
  return (
    <FormContext value={{ ...form.scope, errorOf }}>
      <div id={form.scope.id} className="flex flex-col gap-5">
        <ShopFields name={name} slug={slug} gatewayPrefix={gatewayPrefix} rename={rename} setSlug={chooseSlug} />
        <Panel
          title="Payouts"
          description="Revenue goes straight to these addresses. Sluice never holds it. Change them later under Settings."
        >
          <PayoutFields
            networks={networks}
            wallet={wallet}
            payTo={payTo}
            onChange={(next, field) => {
              form.clear(field)
              setPayTo(next)
            }}
          />
        </Panel>
        <Panel
          title="Sign"
          description="Your wallet signs the payout addresses. The signature moves no money, and makes you the owner."
        >
          <WalletButtons setup={setup} act={signAndOpen} label={(each) => `Sign with ${each} and open the shop`} />
        </Panel>
      </div>
    </FormContext>
  )
}

type ShopFieldsProps = Pick<Props, 'gatewayPrefix'> & {
  name: string
  slug: string
  rename: (name: string) => void
  setSlug: (slug: string) => void
}

function ShopFields({ name, slug, gatewayPrefix, rename, setSlug }: ShopFieldsProps) {
  return (
    <Panel title="Shop" contentClassName="flex flex-col gap-4">
      <TextField name="name" label="Name" placeholder="Acme Data" value={name} onChange={rename} />
      <TextField
        name="slug"
        label="Name in the address"
        kind="code"
        hint={`Agents call ${gatewayPrefix}${slug || 'acme-data'}/…`}
        value={slug}
        onChange={setSlug}
      />
    </Panel>
  )
}
