'use client'

import { useState } from 'react'
import { toast } from 'sonner'
import type { Challenge } from '@/lib/auth'
import type { MerchantDraft } from '@/lib/merchants'
import { TextField } from '../form/field'
import { FormContext } from '../form/form-scope'
import type { Outcome } from '../outcome'
import type { NetworkChoice } from '../resource/form-state'
import { PayoutFields } from '../resource/payout-fields'
import type { SignedMessage, SignText } from '../sign-in/sign-by-evm'
import { useSignedForm } from '../sign-in/use-signed-form'
import { WalletButtons, type WalletSetup } from '../sign-in/wallet-buttons'

type Input = { payouts: { network: string; payTo: string }[]; delayHours: string }

type Props = {
  networks: readonly NetworkChoice[]
  /** The signed-in wallet, which signs. */
  wallet: string
  profile: MerchantDraft.PayoutProfile
  setup: WalletSetup
  begin: (input: Input) => Promise<Outcome<Challenge.SiweChallenge>>
  change: (input: Input, signed: SignedMessage) => Promise<Outcome<{ appliesAtMs: number }>>
}

/** Edits the payouts of a shop. The signed-in wallet signs the change, so a stolen session cannot redirect revenue. */
export function PayoutsForm({ networks, wallet, profile, setup, begin, change }: Props) {
  const [payTo, setPayTo] = useState<Record<string, string>>(() =>
    Object.fromEntries(profile.payouts.map(({ network, payTo: address }) => [network, address])),
  )
  const [delayHours, setDelayHours] = useState(String(profile.delayHours))

  const form = useSignedForm<Input, { appliesAtMs: number }>(begin, change, ({ appliesAtMs }) => {
    const isNow = appliesAtMs <= Date.now() + 1_000
    toast.success(isNow ? 'The payouts are changed.' : 'The change is signed and waits for its time.')
  })
  const payouts = Object.entries(payTo).map(([network, address]) => ({ network, payTo: address }))
  const signAndChange = (sign: SignText) => form.submit({ payouts, delayHours }, sign)
  return (
    <FormContext value={form.scope}>
      <div id={form.scope.id} className="flex max-w-2xl flex-col gap-4">
        <PayoutFields
          networks={networks}
          wallet={wallet}
          payTo={payTo}
          onChange={(next, field) => {
            form.clear(field)
            setPayTo(next)
          }}
        />
        <TextField
          name="delayHours"
          label="Hours before a later change applies"
          hint="0 applies changes at once. A delay gives every owner time to cancel a change that no owner wanted."
          kind="integer"
          width="max-w-32"
          value={delayHours}
          onChange={setDelayHours}
        />
        <WalletButtons setup={setup} act={signAndChange} label={(each) => `Sign the change with ${each}`} />
      </div>
    </FormContext>
  )
}
