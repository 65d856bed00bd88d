'use client'

import { ConfirmDialog } from '../form/confirm-dialog'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'

type Props = { wallet: string; isOwn: boolean; unlink: () => Promise<Outcome<null>> }

/** Takes a wallet away from the linked ones, after a question. */
export function UnlinkWallet({ wallet, isOwn, unlink }: Props) {
  return (
    <ConfirmDialog
      trigger={
        <Button variant="outline" size="sm" aria-label={`Unlink ${wallet}`}>
          Unlink
        </Button>
      }
      title={isOwn ? 'Unlink the wallet that is signed in?' : 'Unlink this wallet?'}
      description={
        isOwn
          ? 'This page then shows what this wallet alone paid. The other wallets stay linked to each other.'
          : 'This page no longer shows its payments, and it no longer sees yours. Its budgets stay in force. To link it again, it signs again.'
      }
      submitLabel="Unlink"
      isDestructive
      done="The wallet is unlinked."
      act={unlink}
    />
  )
}
