'use client'

import { Archive, ArchiveRestore } from 'lucide-react'
import { toast } from 'sonner'
import { ActionButton } from '../form/action-button'
import type { Outcome } from '../outcome'

type Props = { words: string; isArchived: boolean; setArchived: (isArchived: boolean) => Promise<Outcome<null>> }

/** Hides a rule from the list, or brings it back. */
export function ArchiveRule({ words, isArchived, setArchived }: Props) {
  return (
    <ActionButton
      variant="ghost"
      size="icon-sm"
      aria-label={`${isArchived ? 'Restore' : 'Archive'}: ${words}`}
      act={() => setArchived(!isArchived)}
      onDone={() => toast.success(isArchived ? 'Restored, switched off.' : 'Archived.')}
    >
      {isArchived ? <ArchiveRestore aria-hidden /> : <Archive aria-hidden />}
    </ActionButton>
  )
}
