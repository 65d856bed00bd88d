'use client'

import { QrCode as Icon } from 'lucide-react'
import type { ReactNode } from 'react'
import { CopyButton } from '../copy-button'
import { Button } from '../ui/button'
import { Dialog, DialogContent, DialogDescription, DialogHeader, DialogTitle, DialogTrigger } from '../ui/dialog'
import { useHydrated } from '../use-hydrated'

type Props = {
  /** "Base Sepolia" */
  network: string
  /** CAIP-2. */
  caip2: string
  address: string
  /** The currency to send: "ETH". */
  symbol: string
  /** The address as a QR code. */
  children: ReactNode
}

/** Shows the address to which a signer's gas money is sent. */
export function TopUp({ network, caip2, address, symbol, children }: Props) {
  const ready = useHydrated()
  return (
    <Dialog>
      <DialogTrigger
        render={
          <Button variant="outline" size="sm" disabled={!ready}>
            <Icon aria-hidden /> Top up
          </Button>
        }
      />
      <DialogContent>
        <DialogHeader>
          <DialogTitle>
            Top up with {symbol} on {network}
          </DialogTitle>
          <DialogDescription>
            Send only {symbol}, and only on {network} (<span className="font-mono">{caip2}</span>): money that arrives
            on another network cannot be used here.
          </DialogDescription>
        </DialogHeader>
        <div className="flex flex-col items-center gap-4">
          {children}
          <p className="font-mono text-xs wrap-anywhere">{address}</p>
          <CopyButton value={address} label="top-up address" text="Copy address" />
        </div>
      </DialogContent>
    </Dialog>
  )
}
