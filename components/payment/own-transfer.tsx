'use client'

import { CircleX, Wallet } from 'lucide-react'
import { useState } from 'react'
import { toast } from 'sonner'
import { CopyButton } from '../copy-button'
import { Facts } from '../facts'
import { ConfirmDialog } from '../form/confirm-dialog'
import { TextField } from '../form/field'
import { FormDialog } from '../form/form-dialog'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'
import { useHydrated } from '../use-hydrated'
import { sendTransfer, useInjectedWallets, type InjectedWallet, type PreparedTransfer } from './injected-wallets'

type Props = {
  /** The amount, receiver and token, to send it from a wallet elsewhere. */
  details: { amount: string; symbol: string; to: string; token: string; from: string }
  /** Null where the network has no wallets of this kind. */
  transfer: PreparedTransfer | null
  /** Whether money may be sent now: not once a transaction is named, nor while the payment is undone. */
  maySend: boolean
  nameHash: (hash: string) => Promise<Outcome<string>>
}

/** What a member does to pay a refund by an own wallet: sign here, or send elsewhere and name the transaction. */
export function OwnTransfer({ details, transfer, maySend, nameHash }: Props) {
  const ready = useHydrated()
  const wallets = useInjectedWallets()
  const [busy, setBusy] = useState<string>()
  const [error, setError] = useState<string>()

  async function send(wallet: InjectedWallet, prepared: PreparedTransfer) {
    setBusy(wallet.id)
    setError(undefined)
    try {
      const hash = await sendTransfer(wallet, prepared)
      const outcome = await nameHash(hash)
      if (outcome.ok) toast.success(outcome.value)
      // The money may have left: the hash is not lost with a failed answer.
      else setError(`${outcome.message} The wallet sent ${hash}: name it below.`)
    } catch (thrown) {
      setError((thrown as Error).message)
    }
    setBusy(undefined)
  }

  return (
    <div className="flex flex-col gap-3">
      {maySend && (
        <>
          <p>Send exactly this transfer. Sluice looks for it on chain, and books the refund when its block is final.</p>
          <Facts
            facts={[
              { label: 'Send', value: <Copied value={details.amount} label="amount" unit={details.symbol} /> },
              { label: 'Token', value: <Copied value={details.token} label="token address" /> },
              { label: 'From', value: <Copied value={details.from} label="paying wallet" /> },
              { label: 'To', value: <Copied value={details.to} label="receiver" /> },
            ]}
          />
          <div className="flex flex-wrap gap-2">
            {transfer &&
              wallets.map((wallet) => (
                <Button
                  key={wallet.id}
                  disabled={!ready || busy !== undefined}
                  onClick={() => void send(wallet, transfer)}
                >
                  <Wallet aria-hidden /> {busy === wallet.id ? 'Waiting for the wallet…' : `Send with ${wallet.name}`}
                </Button>
              ))}
            <HashDialog nameHash={nameHash} />
          </div>
        </>
      )}
      {!maySend && (
        <div>
          <HashDialog nameHash={nameHash} isAgain />
        </div>
      )}
      <p role="alert" className="text-destructive wrap-anywhere empty:hidden">
        {error}
      </p>
    </div>
  )
}

function Copied({ value, label, unit }: { value: string; label: string; unit?: string }) {
  return (
    <span className="inline-flex max-w-full items-center gap-0.5">
      <span className="font-mono text-xs break-all">
        {value} {unit}
      </span>
      <CopyButton value={value} label={label} />
    </span>
  )
}

function HashDialog({ nameHash, isAgain = false }: Pick<Props, 'nameHash'> & { isAgain?: boolean }) {
  return (
    <FormDialog
      trigger={<Button variant="outline">{isAgain ? 'Name another transaction' : 'I sent it elsewhere'}</Button>}
      title="Name the transaction"
      description="Sluice asks the chain whether it is exactly this transfer. One transfer pays one refund."
      submitLabel="Look for it"
      busyLabel="Asking the chain…"
      onSaved={(said: string) => toast.success(said)}
      send={({ text }) => nameHash(text('hash'))}
    >
      <TextField name="hash" label="Transaction hash" kind="code" placeholder="0x…" />
    </FormDialog>
  )
}

/** Withdraws a refund that nothing was sent for. */
export function WithdrawRefund({ isOwn, act }: { isOwn: boolean; act: () => Promise<Outcome<null>> }) {
  return (
    <ConfirmDialog
      trigger={
        <Button variant="outline" size="sm">
          <CircleX aria-hidden /> Withdraw
        </Button>
      }
      title="Withdraw the refund"
      description={
        isOwn
          ? 'The amount counts as revenue again. If your wallet has sent the transfer already, name its transaction instead: after this no refund waits for it.'
          : 'The amount counts as revenue again. Nothing was sent.'
      }
      submitLabel="Withdraw"
      done="The refund is withdrawn."
      isDestructive
      act={act}
    />
  )
}
