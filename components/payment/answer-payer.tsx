'use client'

import { TextAreaField } from '../form/field'
import { FormDialog } from '../form/form-dialog'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'

/** Answers a payer, which closes what it asked. A refund is requested apart from it. */
export function AnswerPayer({ answer }: { answer: (text: string) => Promise<Outcome<null>> }) {
  return (
    <FormDialog
      trigger={<Button variant="outline">Answer</Button>}
      title="Answer the payer"
      description="The payer reads it on its own page. To give money back, use Refund as well."
      submitLabel="Send the answer"
      done="The answer is sent."
      send={({ text }) => answer(text('answer'))}
    >
      <TextAreaField name="answer" label="Answer" rows={4} />
    </FormDialog>
  )
}
