'use client'

import { Undo2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { RefundDraft } from '@/lib/payments'
import type { RefundPreview } from '@/lib/settlement'
import { Amount as Money } from '@/lib/money'
import { SelectField, TextAreaField, TextField } from '../form/field'
import { FormDialog } from '../form/form-dialog'
import type { Outcome } from '../outcome'
import { CautionLine, Line } from '../simulated-action'
import { Button } from '../ui/button'

type Payment = {
  payer: string
  leftBase: string
  token: { decimals: number; symbol: string }
  network: { name: string }
}

type Props = {
  payment: Payment
  /** The wallet that a refund by an own wallet is prepared for. */
  ownWallet: string
  /** Whether the reader may refund to another address than the payer's. */
  mayRedirect: boolean
  /** Why it cannot be refunded now; null if it can. */
  obstacle: string | null
  preview: () => Promise<Outcome<RefundPreview>>
  request: (key: string, input: RefundDraft.RefundInput) => Promise<Outcome<{ id: string }>>
}

/** Refunds a payment in full or in part: from where, how much, why, and what will happen. */
export function RefundDialog({ payment, obstacle, request, ...rest }: Props) {
  // One key for one form: sent again after a lost answer, it is the same refund.
  const [key, setKey] = useState(newKey)
  if (obstacle !== null)
    return (
      // A disabled button gets no pointer, so the tooltip is its parent's.
      <span title={obstacle} className="cursor-not-allowed">
        <Button variant="outline" disabled aria-label={`Refund: ${obstacle}`}>
          <Undo2 aria-hidden /> Refund
        </Button>
      </span>
    )
  return (
    <FormDialog
      trigger={
        <Button variant="outline">
          <Undo2 aria-hidden /> Refund
        </Button>
      }
      title="Refund the payment"
      description="The books count it as owed at once. The payer is not asked."
      submitLabel="Refund"
      busyLabel="Requesting…"
      done="The refund is requested. The page shows when it is paid."
      onSaved={() => setKey(newKey())}
      send={({ text }) =>
        request(key, {
          amount: text('amount'),
          reason: text('reason'),
          to: text('to'),
          wallet: text('source') === 'wallet' ? text('wallet') : '',
        })
      }
    >
      <RefundFields payment={payment} {...rest} />
    </FormDialog>
  )
}

function newKey(): string {
  return globalThis.crypto.randomUUID()
}

function RefundFields({ payment, ownWallet, mayRedirect, preview }: Omit<Props, 'obstacle' | 'request'>) {
  const { token, leftBase } = payment
  const left = Money.toDecimal(BigInt(leftBase), token.decimals)
  const shown = usePreview(preview)
  const [amount, setAmount] = useState(left)
  const [chosen, setSource] = useState<string>()
  const [wallet, setWallet] = useState(ownWallet)
  const [to, setTo] = useState('')
  const canSign = shown === undefined || !shown.ok || shown.value.signer.can
  const source = chosen ?? (canSign ? 'signer' : 'wallet')
  return (
    <>
      <TextField
        name="amount"
        label={`Amount in ${token.symbol}`}
        kind="decimal"
        width="max-w-48"
        hint={`${left} ${token.symbol} is left of this payment.`}
        value={amount}
        onChange={setAmount}
      />
      <TextAreaField name="reason" label="Reason" hint="Your team, the payer and your webhooks see it." rows={2} />
      <SelectField
        name="source"
        label="Paid from"
        options={[
          ...(canSign ? [{ value: 'signer', label: 'The refund wallet of this server' }] : []),
          { value: 'wallet', label: 'A wallet of mine' },
        ]}
        value={source}
        onChange={setSource}
      />
      {source === 'wallet' && (
        <TextField
          name="wallet"
          label="Wallet that sends it"
          kind="code"
          hint="You sign the transfer in the next step."
          value={wallet}
          onChange={setWallet}
        />
      )}
      {mayRedirect && (
        <TextField
          name="to"
          label="To another address"
          kind="code"
          hint="Leave it empty to pay back the payer."
          placeholder={payment.payer}
          value={to}
          onChange={setTo}
        />
      )}
      <div aria-live="polite" className="flex flex-col gap-2 text-sm">
        <Effect payment={payment} input={{ amount, source, wallet, to }} preview={shown} />
      </div>
    </>
  )
}

/** Read once when the dialog opens. */
function usePreview(preview: Props['preview']): Outcome<RefundPreview> | undefined {
  const [shown, setShown] = useState<Outcome<RefundPreview>>()
  const [read] = useState(() => preview)
  useEffect(() => {
    let isCurrent = true
    void read()
      .then((outcome) => isCurrent && setShown(outcome))
      .catch(() => undefined)
    return () => {
      isCurrent = false
    }
  }, [read])
  return shown
}

type EffectProps = {
  payment: Payment
  input: { amount: string; source: string; wallet: string; to: string }
  preview: Outcome<RefundPreview> | undefined
}

/** What will happen, in sentences. */
function Effect({ payment: { token, network, payer, leftBase }, input, preview }: EffectProps) {
  const to = input.to.trim() || payer
  const isElsewhere = to.toLowerCase() !== payer.toLowerCase()
  const signer = preview?.ok ? preview.value.signer : undefined
  const worth = `${input.amount.trim() || '0'} ${token.symbol}`
  return (
    <>
      {Number(input.amount) > Number(Money.toDecimal(BigInt(leftBase), token.decimals)) && (
        <CautionLine>This is more than what is left of the payment.</CautionLine>
      )}
      {isElsewhere && (
        <CautionLine>
          This is not the wallet that paid. The payer gets nothing back, and the audit log records who sent the money
          where.
        </CautionLine>
      )}
      {input.source === 'wallet' ? (
        <Line icon={Undo2}>
          You send {worth} on {network.name} from {brief(input.wallet)} to {brief(to)}. Sluice books the refund when the
          chain shows exactly this transfer.
        </Line>
      ) : (
        <Line icon={Undo2}>
          {worth} goes on {network.name} from the refund wallet {signer?.can ? brief(signer.wallet) : ''} to {brief(to)}
          .
        </Line>
      )}
      {signer?.can === false && <CautionLine>{signer.reason}</CautionLine>}
      {input.source === 'signer' && signer?.can && (
        <Funds token={token} amount={input.amount} heldBase={signer.heldBase} />
      )}
    </>
  )
}

type FundsProps = { token: { decimals: number; symbol: string }; amount: string; heldBase: string | null }

function Funds({ token, amount, heldBase }: FundsProps) {
  if (heldBase === null) return <CautionLine>What the refund wallet holds cannot be read now.</CautionLine>
  const held = `${Money.toDecimal(BigInt(heldBase), token.decimals)} ${token.symbol}`
  return Number(amount) > Number(Money.toDecimal(BigInt(heldBase), token.decimals)) ? (
    <CautionLine>The refund wallet holds {held}. The refund stays due until an operator fills it.</CautionLine>
  ) : (
    <p className="pl-6.5 text-muted-foreground">The refund wallet holds {held}.</p>
  )
}

function brief(address: string): string {
  return address.length > 14 ? `${address.slice(0, 6)}…${address.slice(-4)}` : address
}
