'use client'

import { Printer } from 'lucide-react'
import { Button } from '../ui/button'
import { useHydrated } from '../use-hydrated'

/** Opens the browser's print dialog: a receipt becomes a PDF there. */
export function PrintButton() {
  const ready = useHydrated()
  return (
    <Button variant="outline" disabled={!ready} onClick={() => window.print()} className="print:hidden">
      <Printer aria-hidden /> Print or save as PDF
    </Button>
  )
}
