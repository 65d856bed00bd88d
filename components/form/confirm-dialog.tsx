'use client'

import type { ComponentProps } from 'react'
import type { Outcome } from '../outcome'
import { FormDialog } from './form-dialog'

type Props<Value> = Omit<ComponentProps<typeof FormDialog<Value>>, 'send'> & {
  act: () => Promise<Outcome<Value>>
}

/** Asks before an action that cannot be undone by the same button. */
export function ConfirmDialog<Value>({ act, busyLabel = 'Working…', ...props }: Props<Value>) {
  return <FormDialog busyLabel={busyLabel} {...props} send={act} />
}
