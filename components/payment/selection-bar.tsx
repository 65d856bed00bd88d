'use client'

import { Tag } from 'lucide-react'
import { useRouter } from 'next/navigation'
import type { ComponentProps } from 'react'
import { toast } from 'sonner'
import type { PaymentNote } from '@/lib/payments'
import { TextField } from '../form/field'
import { FormDialog } from '../form/form-dialog'
import { ExportMenu } from '../list/export-menu'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'
import { BulkRefund } from './bulk-refund'

type Props = {
  ids: readonly string[]
  /** Selects every row of the page, or none. */
  choose: (on: boolean) => void
  /** Absent: the reader may not label. */
  note?: (ids: readonly string[], input: PaymentNote.PaymentNoteInput) => Promise<Outcome<number>>
  /** Absent: the reader may not refund. */
  refund?: Omit<ComponentProps<typeof BulkRefund>, 'ids' | 'onDone'>
}

/** What can be done with the selected payments. */
export function SelectionBar({ ids, choose, note, refund }: Props) {
  const router = useRouter()
  const finish = () => {
    choose(false)
    router.refresh()
  }
  return (
    <div
      role="region"
      aria-label="Selected payments"
      className="sticky top-14 z-20 mb-2 flex flex-wrap items-center gap-2 rounded-lg border bg-card px-3 py-2 shadow-overlay"
    >
      <p role="status" className="mr-auto tabular-nums">
        {ids.length} selected
      </p>
      {note && (
        <FormDialog
          trigger={
            <Button variant="outline" size="sm">
              <Tag aria-hidden /> Label
            </Button>
          }
          title={ids.length === 1 ? 'Label the payment' : `Label ${ids.length} payments`}
          description="Shown in the list, filtered by, and exported. Only your team sees it."
          submitLabel="Save"
          send={({ text }) => note(ids, { label: text('label') })}
          onSaved={(changed) => {
            toast.success(changed === 1 ? '1 payment labelled.' : `${changed} payments labelled.`)
            finish()
          }}
        >
          <TextField name="label" label="Label" hint="Empty removes it." />
        </FormDialog>
      )}
      {refund && <BulkRefund ids={ids} onDone={finish} {...refund} />}
      <ExportMenu noun="selected payments" href={`/payments/export?ids=${ids.join(',')}`} />
      <Button variant="ghost" size="sm" onClick={() => choose(true)}>
        Select all on this page
      </Button>
      <Button variant="ghost" size="sm" onClick={() => choose(false)}>
        Clear
      </Button>
    </div>
  )
}
