'use client'

import { Bookmark, Trash2 } from 'lucide-react'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { TextField } from '../form/field'
import { FormDialog } from '../form/form-dialog'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'

type Props = {
  views: readonly { id: string; name: string; href: string; isCurrent: boolean }[]
  /** The address of the shown list, without its path; empty without filters. */
  query: string
  save: (name: string, query: string) => Promise<Outcome<null>>
  remove: (id: string) => Promise<Outcome<null>>
}

/** The member's own views of a list: open one, save what is shown, delete the open one. */
export function SavedViews({ views, query, save, remove }: Props) {
  const router = useRouter()
  const current = views.find(({ isCurrent }) => isCurrent)
  return (
    <div role="group" aria-label="Saved views" className="flex flex-wrap items-center gap-1.5">
      {views.map(({ id, name, href, isCurrent }) => (
        <Link
          key={id}
          href={href}
          aria-current={isCurrent ? 'true' : undefined}
          className="max-w-40 truncate rounded-md border px-2 py-1 text-xs font-medium text-muted-foreground hover:bg-accent hover:text-foreground aria-[current]:bg-accent aria-[current]:text-foreground"
        >
          {name}
        </Link>
      ))}
      {current ? (
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
        query !== '' && (
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
      )}
    </div>
  )
}
