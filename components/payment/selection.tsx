'use client'

import { Tag } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { toast } from 'sonner'
import type { PaymentNote } from '@/lib/payments'
import { TextField } from '../form/field'
import { FormDialog } from '../form/form-dialog'
import { ExportMenu } from '../list/export-menu'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'

type Props = {
  children: ReactNode
  /** Absent: nothing can be labelled. */
  note?: (ids: readonly string[], input: PaymentNote.PaymentNoteInput) => Promise<Outcome<number>>
}

/**
 * A table of payments whose rows have check boxes: what is chosen can be labelled and exported together. Space on a row's link opens
 * its preview.
 */
export function PaymentSelection({ children, note }: Props) {
  const router = useRouter()
  const frame = useRef<HTMLDivElement>(null)
  const [ids, setIds] = useState<readonly string[]>([])
  const choose = (on: boolean) => {
    for (const box of boxesIn(frame.current)) box.checked = on
    setIds(checkedIn(frame.current))
  }

  // The frame takes no focus: its rows' check boxes and links do, and their events arrive here.
  useEffect(() => {
    const element = frame.current
    if (!element) return
    const read = () => setIds(checkedIn(element))
    element.addEventListener('change', read)
    element.addEventListener('keydown', openPreview)
    return () => {
      element.removeEventListener('change', read)
      element.removeEventListener('keydown', openPreview)
    }
  }, [])

  return (
    <div ref={frame} role="group" aria-label="Payments">
      {ids.length > 0 && (
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
                choose(false)
                router.refresh()
              }}
            >
              <TextField name="label" label="Label" hint="Empty removes it." />
            </FormDialog>
          )}
          <ExportMenu noun="selected payments" href={`/payments/export?ids=${ids.join(',')}`} />
          <Button variant="ghost" size="sm" onClick={() => choose(true)}>
            Select all on this page
          </Button>
          <Button variant="ghost" size="sm" onClick={() => choose(false)}>
            Clear
          </Button>
        </div>
      )}
      {children}
    </div>
  )
}

function boxesIn(frame: HTMLElement | null): HTMLInputElement[] {
  return [...(frame?.querySelectorAll<HTMLInputElement>('input[name=id]') ?? [])]
}

const checkedIn = (frame: HTMLElement | null) =>
  boxesIn(frame).flatMap(({ checked, value }) => (checked ? [value] : []))

/** Space on the link of a row opens its preview, where it has one. */
function openPreview(event: KeyboardEvent): void {
  const link = event.target as HTMLElement
  if (event.key !== ' ' || link.tagName !== 'A' || link.hasAttribute('data-peek')) return
  const peek = link.closest('tr')?.querySelector<HTMLElement>('a[data-peek]')
  if (!peek) return
  event.preventDefault()
  peek.click()
}
