'use client'

import { CircleUser, LogOut, ReceiptText } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import { toast } from 'sonner'
import { Button } from '../ui/button'
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

type Props = { address: string; /** "Operator", "Owner", "Viewer". */ role: string }

/** The signed-in wallet, what it paid itself, and sign out. */
export function AccountMenu({ address, role }: Props) {
  const [leaving, setLeaving] = useState(false)

  async function signOut() {
    setLeaving(true)
    const answer = await fetch('/api/auth/sign-out', { method: 'POST' }).catch(() => undefined)
    if (answer?.ok) return window.location.assign('/sign-in')
    setLeaving(false)
    toast.error('Signing out failed. Check the connection and try again.')
  }

  return (
    <DropdownMenu>
      <DropdownMenuTrigger
        render={
          <Button
            variant="ghost"
            aria-label={`Account ${address}`}
            disabled={leaving}
            className="px-2 text-muted-foreground"
          />
        }
      >
        <CircleUser aria-hidden />
        <span className="font-mono text-xs max-sm:hidden">{`${address.slice(0, 6)}…${address.slice(-4)}`}</span>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end" className="max-w-72">
        <DropdownMenuGroup>
          <DropdownMenuLabel>
            <span className="block">{role}</span>
            <span className="block font-mono break-all text-foreground">{address}</span>
          </DropdownMenuLabel>
        </DropdownMenuGroup>
        <DropdownMenuSeparator />
        <DropdownMenuLinkItem render={<Link href="/me" />}>
          <ReceiptText aria-hidden /> My spending
        </DropdownMenuLinkItem>
        <DropdownMenuItem onClick={() => void signOut()}>
          <LogOut aria-hidden /> Sign out
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  )
}
