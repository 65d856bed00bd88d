'use client'

import { Printer } from 'lucide-react'
import { Button } from '../ui/button'

/** Prints the page: the print styles leave out the navigation. */
export function PrintButton() {
  return (
    <Button variant="outline" onClick={() => window.print()}>
      <Printer aria-hidden /> Print
    </Button>
  )
}
