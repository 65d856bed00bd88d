'use client'

import { Download } from 'lucide-react'
import { Button } from '../ui/button'
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuGroup,
  DropdownMenuLabel,
  DropdownMenuLinkItem,
  DropdownMenuTrigger,
} from '../ui/dropdown-menu'

const journals = [
  { format: 'csv', label: 'CSV, every entry' },
  { format: 'jsonl', label: 'JSON lines, every entry' },
]
const programs = [
  { format: 'datev', label: 'DATEV posting batch' },
  { format: 'xero', label: 'Xero manual journal' },
  { format: 'quickbooks', label: 'QuickBooks journal entries' },
]

/** The files of a month. */
export function MonthDownloads({ month, isClosed }: { month: string; isClosed: boolean }) {
  const to = (format: string) => `/reports/${month}/export?format=${format}`
  return (
    <DropdownMenu>
      <DropdownMenuTrigger
        render={
          <Button variant="outline">
            <Download aria-hidden /> Download
          </Button>
        }
      />
      <DropdownMenuContent align="end">
        <DropdownMenuGroup>
          <DropdownMenuLabel>Journal, to the base unit</DropdownMenuLabel>
          {journals.map(({ format, label }) => (
            <DropdownMenuLinkItem key={format} href={to(format)} download>
              {label}
            </DropdownMenuLinkItem>
          ))}
        </DropdownMenuGroup>
        <DropdownMenuGroup>
          <DropdownMenuLabel>For your accountant, by day, in cents</DropdownMenuLabel>
          {programs.map(({ format, label }) => (
            <DropdownMenuLinkItem key={format} href={to(format)} download>
              {label}
            </DropdownMenuLinkItem>
          ))}
        </DropdownMenuGroup>
        {isClosed && (
          <DropdownMenuGroup>
            <DropdownMenuLabel>Proof</DropdownMenuLabel>
            <DropdownMenuLinkItem href={to('sealed')} download>
              Sealed file
            </DropdownMenuLinkItem>
          </DropdownMenuGroup>
        )}
      </DropdownMenuContent>
    </DropdownMenu>
  )
}
