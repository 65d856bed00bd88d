'use client'

import { toast } from 'sonner'
import type { SignedMessage, SignText } from '../sign-in/sign-by-evm'
import { WalletButtons } from '../sign-in/wallet-buttons'
import type { FormState } from './form-state'
import type { PayoutSigning } from './resource-payouts'

type Props = PayoutSigning & {
  state: Pick<FormState, 'payTo' | 'signed' | 'method' | 'path'>
  onSigned: (signed: SignedMessage) => void
}

/** Lets an owner's wallet sign payouts that are not the shop's. The signature is used once, when the resource is saved. */
export function SignPayouts({ setup, begin, state: { payTo, signed, method, path }, onSigned }: Props) {
  async function sign(signText: SignText) {
    const payouts = Object.entries(payTo).map(([network, address]) => ({ network, payTo: address }))
    const begun = await begin({ method, path, payouts })
    if (!begun.ok) throw new Error(begun.fields[0]?.message ?? begun.message)
    onSigned(await signText(begun.value))
    toast.success('The addresses are signed. Save the resource.')
  }
  return (
    <div className="flex max-w-md flex-col gap-2">
      <p className="text-xs text-muted-foreground">
        {signed
          ? 'Signed. Sign again if you change the method or the path.'
          : 'An owner’s wallet signs these addresses, so that a stolen session cannot redirect revenue.'}
      </p>
      <WalletButtons setup={setup} act={sign} label={(each) => `Sign these addresses with ${each}`} />
    </div>
  )
}
