'use client'

import { MessageCircleQuestion } from 'lucide-react'
import type { PayerRequest } from '@/lib/payments'
import { SelectField, TextAreaField } from '../form/field'
import { FormDialog } from '../form/form-dialog'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'

type Props = { seller: string; ask: (input: PayerRequest.PayerRequestInput) => Promise<Outcome<null>> }

/** Asks the seller about one payment: the money back, or help. */
export function AskMerchant({ seller, ask }: Props) {
  return (
    <FormDialog
      trigger={
        <Button variant="outline" className="print:hidden">
          <MessageCircleQuestion aria-hidden /> Ask the seller
        </Button>
      }
      title={`Ask ${seller}`}
      description="The seller sees your words beside this payment and answers here. A refund is the seller’s decision; it goes to the wallet that paid."
      submitLabel="Send"
      done="The seller was asked. The answer appears on this page."
      send={({ text }) => ask({ kind: text('kind'), reason: text('reason') })}
    >
      <SelectField
        name="kind"
        label="What"
        options={[
          { value: 'refund', label: 'Ask for a refund' },
          { value: 'problem', label: 'Report a problem' },
        ]}
        defaultValue="refund"
      />
      <TextAreaField
        name="reason"
        label="Why"
        hint="What you bought, what you got, and what is wrong with it."
        rows={4}
      />
    </FormDialog>
  )
}
