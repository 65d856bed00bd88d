'use client'

import { SlidersHorizontal } from 'lucide-react'
import { usePathname, useRouter } from 'next/navigation'
import { useOptimistic, useTransition } from 'react'
import { Button } from '../ui/button'
import {
  DropdownMenu,
  DropdownMenuCheckboxItem,
  DropdownMenuContent,
  DropdownMenuGroup,
  DropdownMenuLabel,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from '../ui/dropdown-menu'

type Props = { query: Record<string, string>; columns: readonly { name: string; label: string }[] }

/** Which columns a list shows, and how high its rows are. Both are part of the address, and so of a saved view. */
export function ViewOptions({ query, columns }: Props) {
  const router = useRouter()
  const pathname = usePathname()
  const [, startTransition] = useTransition()
  const [shown, show] = useOptimistic(query)
  const chosen = shown['columns']?.split(',') ?? columns.map(({ name }) => name)

  function set(change: Record<string, string | undefined>) {
    const next = Object.fromEntries(Object.entries({ ...shown, ...change }).filter(([, value]) => value)) as Record<
      string,
      string
    >
    startTransition(() => {
      show(next)
      const text = new URLSearchParams(next).toString()
      router.replace(text ? `${pathname}?${text}` : pathname, { scroll: false })
    })
  }

  function toggle(name: string) {
    const next = columns.map((column) => column.name).filter((one) => (one === name) !== chosen.includes(one))
    // At least one stays: an empty choice is no choice.
    if (next.length > 0) set({ columns: next.length === columns.length ? undefined : next.join(',') })
  }

  return (
    <DropdownMenu>
      <DropdownMenuTrigger
        render={
          <Button variant="outline" size="sm">
            <SlidersHorizontal aria-hidden />
            View
          </Button>
        }
      />
      <DropdownMenuContent align="end">
        <DropdownMenuGroup>
          <DropdownMenuLabel>Columns</DropdownMenuLabel>
          {columns.map(({ name, label }) => (
            <DropdownMenuCheckboxItem
              key={name}
              checked={chosen.includes(name)}
              closeOnClick={false}
              onCheckedChange={() => toggle(name)}
            >
              {label}
            </DropdownMenuCheckboxItem>
          ))}
        </DropdownMenuGroup>
        <DropdownMenuSeparator />
        <DropdownMenuCheckboxItem
          checked={shown['rows'] === 'compact'}
          closeOnClick={false}
          onCheckedChange={(on) => set({ rows: on ? 'compact' : undefined })}
        >
          Compact rows
        </DropdownMenuCheckboxItem>
      </DropdownMenuContent>
    </DropdownMenu>
  )
}
