'use client'

import { useRouter } from 'next/navigation'
import { ConfirmDialog } from '../form/confirm-dialog'
import { TextAreaField } from '../form/field'
import { FormDialog } from '../form/form-dialog'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'

type Answered = Outcome<'taken' | 'unknown'>

type AnswerProps = {
  submit: (input: { productDescription: string; words: string }) => Promise<Answered>
  /** What the description begins with. */
  description: string
}

/** Submits the evidence. A bank takes it once. */
export function AnswerDispute({ submit, description }: AnswerProps) {
  const router = useRouter()
  return (
    <FormDialog
      trigger={<Button>Submit evidence</Button>}
      title="Submit evidence"
      description="Sluice adds the offer, the request, the delivery, the receipt and the proof of the audit log. The bank takes evidence once."
      submitLabel="Submit"
      busyLabel="Submitting…"
      done="The evidence is sent. The page shows when Stripe took it."
      onSaved={() => router.refresh()}
      send={({ text }) => submit({ productDescription: text('productDescription'), words: text('words') })}
    >
      <TextAreaField name="productDescription" label="What was sold" rows={3} defaultValue={description} />
      <TextAreaField
        name="words"
        label="Your words"
        hint="What the bank should know: who ordered it, what was agreed. Leave it empty to send only what is stored."
        rows={4}
      />
    </FormDialog>
  )
}

/** Gives the dispute up. */
export function AcceptDispute({ accept, isInquiry }: { accept: () => Promise<Answered>; isInquiry: boolean }) {
  const router = useRouter()
  return (
    <ConfirmDialog
      trigger={<Button variant="outline">Accept</Button>}
      title={isInquiry ? 'Close the inquiry?' : 'Accept the dispute?'}
      description="The payer keeps the money, and the fee is not returned. It cannot be undone."
      submitLabel="Accept"
      isDestructive
      done="Accepted."
      onSaved={() => router.refresh()}
      act={accept}
    />
  )
}
