'use client'

import { Bookmark, Trash2 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { TextField } from '../form/field'
import { FormDialog } from '../form/form-dialog'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'

type Props = {
  /** The open view; absent: what is shown can be saved as one. */
  current: { id: string; name: string } | undefined
  /** The address of the shown list, without its path. */
  query: string
  save: (name: string, query: string) => Promise<Outcome<null>>
  remove: (id: string) => Promise<Outcome<null>>
}

/** Deletes the open view, or saves what is shown as one. */
export function SavedViewDialog({ current, query, save, remove }: Props) {
  const router = useRouter()
  return current ? (
    <FormDialog
      trigger={
        <Button variant="ghost" size="icon-sm" aria-label={`Delete the view ${current.name}`}>
          <Trash2 aria-hidden />
        </Button>
      }
      title={`Delete the view ${current.name}?`}
      description="The payments stay. Only the saved filters and columns go."
      submitLabel="Delete"
      isDestructive
      send={() => remove(current.id)}
      onSaved={() => router.refresh()}
    />
  ) : (
    <FormDialog
      trigger={
        <Button variant="ghost" size="sm">
          <Bookmark aria-hidden /> Save view
        </Button>
      }
      title="Save this view"
      description="Its filters, order and columns. Only you see it. A view of the same name is replaced."
      submitLabel="Save"
      send={({ text }) => save(text('name'), query)}
      onSaved={() => router.refresh()}
    >
      <TextField name="name" label="Name" placeholder="Large payments on Base" />
    </FormDialog>
  )
}
