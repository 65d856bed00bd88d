'use client'

import { useRouter } from 'next/navigation'
import type { ReactNode } from 'react'
import { Dialog, DialogTitle, SheetContent } from '../ui/dialog'

type Props = { title: string; closeHref: string; children: ReactNode }

/** A panel beside the list. Closing it goes back to the list without it. */
export function PeekPanel({ title, closeHref, children }: Props) {
  const router = useRouter()
  return (
    <Dialog open onOpenChange={(open) => !open && router.replace(closeHref, { scroll: false })}>
      <SheetContent side="right" className="w-[26rem] max-w-[92vw] gap-4 bg-popover p-5">
        <DialogTitle className="pr-8">{title}</DialogTitle>
        {children}
      </SheetContent>
    </Dialog>
  )
}
