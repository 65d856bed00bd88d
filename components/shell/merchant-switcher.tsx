'use client'

import { Check, ChevronsUpDown, Plus, Settings } from 'lucide-react'
import Link from 'next/link'
import { useTransition } from 'react'
import { toast } from 'sonner'
import type { MerchantChoice } from '@/lib/merchants'
import type { Outcome } from '../outcome'
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuGroup,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuLinkItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from '../ui/dropdown-menu'

type Props = {
  /** `isMixed`: the lists of the dashboard mix it with other shops, as they do for operators. */
  current: { id: string; name: string; isMixed: boolean }
  /** The shops of the signed-in wallet. */
  merchants: readonly MerchantChoice[]
  isOperator: boolean
  open: (id: string) => Promise<Outcome<null>>
}

/** The shop that is open, and the others that the wallet may open. */
export function MerchantSwitcher({ current, merchants, isOperator, open }: Props) {
  const [busy, start] = useTransition()
  const choose = (id: string) =>
    start(async () => {
      const outcome = await open(id)
      if (outcome.ok) window.location.assign('/')
      else toast.error(outcome.message)
    })
  return (
    <>
      <DropdownMenu>
        <DropdownMenuTrigger
          aria-label={`Shop ${current.name}`}
          disabled={busy}
          className="mx-3 flex h-9 shrink-0 items-center gap-2 rounded-md border bg-background px-2 text-sm font-medium hover:bg-accent"
        >
          <span className="truncate">{current.name}</span>
          <ChevronsUpDown aria-hidden className="ml-auto size-4 shrink-0 text-muted-foreground" />
        </DropdownMenuTrigger>
        <DropdownMenuContent className="w-56">
          <DropdownMenuGroup>
            <DropdownMenuLabel>Shops</DropdownMenuLabel>
            {merchants.map(({ id, name }) => (
              <DropdownMenuItem key={id} onClick={() => id !== current.id && choose(id)}>
                <span className="truncate">{name}</span>
                {id === current.id && <Check aria-label="open" className="ml-auto" />}
              </DropdownMenuItem>
            ))}
            {isOperator && (
              <DropdownMenuLinkItem render={<Link href="/merchants" />}>All merchants</DropdownMenuLinkItem>
            )}
          </DropdownMenuGroup>
          <DropdownMenuSeparator />
          <DropdownMenuLinkItem render={<Link href="/settings" />}>
            <Settings aria-hidden /> Settings
          </DropdownMenuLinkItem>
          <DropdownMenuLinkItem render={<Link href="/start" />}>
            <Plus aria-hidden /> Open another shop
          </DropdownMenuLinkItem>
        </DropdownMenuContent>
      </DropdownMenu>
      {current.isMixed && (
        <p className="mx-3 mt-1 px-2 text-xs text-muted-foreground">
          For an operator, Overview, Payments, Balances and other lists show all shops.
        </p>
      )}
    </>
  )
}
