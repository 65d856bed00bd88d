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

type Props = {
  noun: string
  isFiltered?: boolean
  /** The address of the file, without its format. */
  href: string
}

/** Saves all rows that the filters leave, on every page, as a file. */
export function ExportMenu({ noun, isFiltered = false, href }: Props) {
  const as = (format: string) => `${href}${href.includes('?') ? '&' : '?'}format=${format}`
  return (
    <DropdownMenu>
      <DropdownMenuTrigger
        render={
          <Button variant="outline" size="sm">
            <Download aria-hidden />
            Export
          </Button>
        }
      />
      <DropdownMenuContent align="end">
        <DropdownMenuGroup>
          <DropdownMenuLabel>{isFiltered ? `All ${noun} that match the filters` : `All ${noun}`}</DropdownMenuLabel>
          {/* A file, not a page: the browser saves it. */}
          <DropdownMenuLinkItem href={as('csv')} download>
            CSV, for spreadsheets
          </DropdownMenuLinkItem>
          <DropdownMenuLinkItem href={as('jsonl')} download>
            JSON lines, for programs
          </DropdownMenuLinkItem>
        </DropdownMenuGroup>
      </DropdownMenuContent>
    </DropdownMenu>
  )
}
