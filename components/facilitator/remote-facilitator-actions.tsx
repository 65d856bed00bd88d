'use client'

import { toast } from 'sonner'
import type { FacilitatorTest } from '@/lib/remote-facilitators'
import { ActionButton } from '../form/action-button'
import type { Outcome } from '../outcome'

type TestProps = { name: string; test: () => Promise<Outcome<FacilitatorTest>> }

/** Calls a facilitator now and shows how it answered. */
export function TestButton({ name, test }: TestProps) {
  return (
    <ActionButton
      size="sm"
      aria-label={`Test ${name} now`}
      busyLabel="Testing…"
      act={test}
      onDone={({ ok, latencyMs, detail }) => {
        if (ok) toast.success(`${name} answered after ${latencyMs} ms. ${detail}`)
        else toast.error(`${name}: ${detail}`)
      }}
    >
      Test now
    </ActionButton>
  )
}

type CheckProps = { payment: string; check: () => Promise<Outcome<string>> }

/** Reads the chain now and shows what it found. */
export function CheckButton({ payment, check }: CheckProps) {
  return (
    <ActionButton
      size="sm"
      aria-label={`Check the chain now for payment ${payment}`}
      busyLabel="Checking…"
      act={check}
      onDone={(sentence) => toast.info(sentence, { duration: 10_000 })}
    >
      Check the chain now
    </ActionButton>
  )
}
