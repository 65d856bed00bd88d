'use client'

import { X } from 'lucide-react'
import { Button } from '../ui/button'

/** The list with one entry changed. */
export function replaceAt<Entry>(list: readonly Entry[], index: number, patch: Partial<Entry>): Entry[] {
  return list.map((entry, at) => (at === index ? { ...entry, ...patch } : entry))
}

/** The list without one entry. */
export function withoutAt<Entry>(list: readonly Entry[], index: number): Entry[] {
  return list.filter((_, at) => at !== index)
}

/** Removes a row of a form. */
export function RemoveButton({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <Button variant="ghost" size="icon-sm" aria-label={label} className="text-muted-foreground" onClick={onClick}>
      <X aria-hidden />
    </Button>
  )
}
