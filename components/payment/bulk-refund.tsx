'use client'

import { Undo2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { BulkRefund as Bulk } from '@/lib/payments'
import { SelectField, TextAreaField, TextField } from '../form/field'
import { DialogResult, FormDialog } from '../form/form-dialog'
import type { Outcome } from '../outcome'
import { CautionLine } from '../simulated-action'
import { Button } from '../ui/button'
import { planRefunds } from './bulk-refund-plan'

type Props = {
  /** The selected payments and sessions. */
  ids: readonly string[]
  /** The wallet that refunds by an own wallet are prepared for. */
  ownWallet: string
  preview: (ids: readonly string[]) => Promise<Outcome<Bulk.RefundCandidate[]>>
  request: (
    ids: readonly string[],
    key: string,
    input: Bulk.BulkRefundInput,
  ) => Promise<Outcome<Bulk.BulkRefundResult[]>>
  onDone: () => void
}

/** Refunds the selected payments, each in full or by the same amount, after it shows which are left out and why. */
export function BulkRefund({ ids, ownWallet, preview, request, onDone }: Props) {
  // One key for one form: sent again after a lost answer, each payment has one refund.
  const [key, setKey] = useState(newKey)
  return (
    <FormDialog
      trigger={
        <Button variant="outline" size="sm">
          <Undo2 aria-hidden /> Refund
        </Button>
      }
      title={ids.length === 1 ? 'Refund the payment' : `Refund ${ids.length} payments`}
      description="Each is a refund of its own. The books count them as owed at once. The payers are not asked."
      submitLabel="Refund"
      busyLabel="Requesting…"
      send={({ text }) =>
        request(ids, key, {
          amount: text('amount'),
          reason: text('reason'),
          wallet: text('source') === 'wallet' ? text('wallet') : '',
        })
      }
      result={(results) => <Results results={results} />}
      onResultClosed={() => {
        setKey(newKey())
        onDone()
      }}
    >
      <Fields ids={ids} ownWallet={ownWallet} preview={preview} />
    </FormDialog>
  )
}

const newKey = () => globalThis.crypto.randomUUID()

function Fields({ ids, ownWallet, preview }: Pick<Props, 'ids' | 'ownWallet' | 'preview'>) {
  const shown = useCandidates(ids, preview)
  const [amount, setAmount] = useState('')
  const [chosen, setSource] = useState<string>()
  const candidates = shown?.ok ? shown.value : []
  const canSign = !shown?.ok || candidates.some(({ signerObstacle }) => signerObstacle === null)
  const source = chosen ?? (canSign ? 'signer' : 'wallet')
  return (
    <>
      <TextField
        name="amount"
        label="Amount of each"
        kind="decimal"
        width="max-w-48"
        hint="In units of the token. Empty: everything that is left of each."
        value={amount}
        onChange={setAmount}
      />
      <TextAreaField name="reason" label="Reason" hint="Your team, the payers and your webhooks see it." rows={2} />
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
          label="Wallet that sends them"
          kind="code"
          hint="You sign each transfer on the page of its payment."
          defaultValue={ownWallet}
        />
      )}
      {shown === undefined && <p className="text-muted-foreground">Looking at what is left of each…</p>}
      {shown?.ok === false && <CautionLine>{shown.message}</CautionLine>}
      {shown?.ok && <Plan ids={ids} candidates={candidates} amount={amount} isSigner={source === 'signer'} />}
    </>
  )
}

function useCandidates(ids: readonly string[], preview: Props['preview']) {
  const [shown, setShown] = useState<Outcome<Bulk.RefundCandidate[]>>()
  useEffect(() => {
    let isLeft = false
    void preview(ids).then((outcome) => !isLeft && setShown(outcome))
    return () => {
      isLeft = true
    }
  }, [ids, preview])
  return shown
}

type PlanProps = {
  ids: readonly string[]
  candidates: readonly Bulk.RefundCandidate[]
  amount: string
  isSigner: boolean
}

/** How many are refunded, what they sum to, and which are left out. */
function Plan({ ids, candidates, amount, isSigner }: PlanProps) {
  const { refunded, sums, leftOut } = planRefunds(ids, candidates, amount, isSigner)
  return (
    <div role="group" aria-label="What will happen" className="flex flex-col gap-2 rounded-md border p-3 text-sm">
      <p className="font-medium">
        {refunded === 1 ? '1 payment is refunded' : `${refunded} payments are refunded`}
        {sums.length > 0 && `: ${sums.join(', ')}`}
      </p>
      {leftOut.length > 0 && (
        <div>
          <p className="text-muted-foreground">
            {leftOut.length === 1 ? '1 is left out' : `${leftOut.length} are left out`}:
          </p>
          <ul className="mt-1 max-h-36 overflow-y-auto text-xs" aria-label="Left out">
            {leftOut.map(({ id, name, reason }) => (
              <li key={id} className="py-0.5">
                <span className="font-medium tabular-nums">{name}</span>: {reason}
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  )
}

function Results({ results }: { results: readonly Bulk.BulkRefundResult[] }) {
  const done = results.filter(({ ok }) => ok).length
  return (
    <DialogResult
      title={done === 1 ? '1 refund is requested' : `${done} refunds are requested`}
      description="The page of each payment shows when its refund is paid, and there you sign transfers of a wallet of yours."
      closeLabel="Close"
    >
      <ul className="max-h-64 overflow-y-auto text-sm" aria-label="Result of each payment">
        {results.map((result) => (
          <li key={result.id} className="flex gap-2 border-b py-1.5 last:border-0">
            <a href={`/payments/${result.id}`} className="font-mono text-xs text-brand hover:underline">
              {result.id.slice(0, 8)}
            </a>
            <span className={result.ok ? '' : 'text-destructive'}>{result.ok ? 'Requested' : result.message}</span>
          </li>
        ))}
      </ul>
    </DialogResult>
  )
}
