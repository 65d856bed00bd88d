'use client'

import { lazy, Suspense, type ComponentProps } from 'react'
import type { NoteDialog as Note } from './note-dialog'

const NoteDialog = lazy(() => import('./note-dialog').then((module) => ({ default: module.NoteDialog })))

/** `NoteDialog` on a page that shows it now and then: its code is loaded when it is shown. */
export function LazyNoteDialog(props: ComponentProps<typeof Note>) {
  return (
    <Suspense>
      <NoteDialog {...props} />
    </Suspense>
  )
}
