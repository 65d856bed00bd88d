'use client'

import { Plus } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { toast } from 'sonner'
import type { Challenge } from '@/lib/auth'
import type { Outcome } from '../outcome'
import type { SignedMessage, SignText } from '../sign-in/sign-by-evm'
import type { WalletSetup } from '../sign-in/wallet-buttons'
import { Button } from '../ui/button'
import { Dialog, DialogContent, DialogDescription, DialogHeader, DialogTitle, DialogTrigger } from '../ui/dialog'
import { useHydrated } from '../use-hydrated'

// The code of wallets is loaded when the dialog opens, not with the page.
const WalletButtons = lazy(() =>
  import('../sign-in/wallet-buttons').then((module) => ({ default: module.WalletButtons })),
)

type Props = {
  setup: WalletSetup
  begin: () => Promise<Outcome<Challenge.SiweChallenge>>
  link: (signed: SignedMessage) => Promise<Outcome<string>>
}

/** Links another wallet of the same person: it signs in this dialog. */
export function LinkWallet({ setup, begin, link }: Props) {
  const ready = useHydrated()
  const [open, setOpen] = useState(false)

  async function signAndLink(sign: SignText) {
    const begun = await begin()
    if (!begun.ok) throw new Error(begun.message)
    const linked = await link(await sign(begun.value))
    if (!linked.ok) throw new Error(linked.message)
    setOpen(false)
    toast.success(`The wallet ${linked.value.slice(0, 8)}… is linked.`)
  }

  return (
    <Dialog open={open} onOpenChange={setOpen}>
      <DialogTrigger
        disabled={!ready}
        render={
          <Button size="sm" variant="outline">
            <Plus aria-hidden /> Link a wallet
          </Button>
        }
      />
      <DialogContent>
        <DialogHeader>
          <DialogTitle>Link a wallet</DialogTitle>
          <DialogDescription>
            Choose the other account in your wallet first: it signs that it belongs to you. From then on each of your
            wallets sees what all of them pay here, and may set their budgets. Link only wallets whose key you hold.
          </DialogDescription>
        </DialogHeader>
        <Suspense fallback={<p className="text-sm text-muted-foreground">Looking for wallets…</p>}>
          <WalletButtons setup={setup} act={signAndLink} label={(wallet) => `Sign with ${wallet}`} />
        </Suspense>
      </DialogContent>
    </Dialog>
  )
}
