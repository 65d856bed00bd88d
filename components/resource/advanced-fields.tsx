'use client'

import { bind } from '../form/bind'
import { SwitchField, TextField } from '../form/field'
import type { AdvancedState, FormState } from './form-state'

type Props = { state: FormState; onChange: (patch: Partial<AdvancedState>, field: string) => void }

/** Further ways to pay, and what agents may or must send. Most resources keep the defaults. */
export function AdvancedFields({ state, onChange }: Props) {
  return (
    <>
      <SwitchField
        label="Accept Permit2"
        hint="x402 by Permit2 too, for tokens with EIP-3009. For tokens without EIP-3009 it is always accepted."
        {...bind(state, onChange, 'permit2')}
      />
      <SwitchField
        label="Accept smart accounts"
        hint="Payers whose signatures are verified on chain (ERC-1271), also before the account is deployed if this server allows its factory."
        {...bind(state, onChange, 'contractPayers')}
      />
      <SwitchField
        label="Require a payment identifier"
        hint="x402’s payment-identifier: an agent that lost its answer can ask for it by its own id."
        {...bind(state, onChange, 'identifierRequired')}
      />
      {state.sells !== 'action' && (
        <TextField
          label="Access after payment (seconds)"
          hint="A wallet that has paid and signs in gets further answers free for this long. Empty: it pays every time."
          kind="integer"
          placeholder="86400"
          width="max-w-48"
          {...bind(state, onChange, 'accessSeconds')}
        />
      )}
    </>
  )
}
