import type { PaymentView } from '@/lib/payments'
import type { Outcome } from '../outcome'
import { Panel } from '../panel'
import type { PreparedTransfer } from './injected-wallets'
import { OwnTransfer, WithdrawRefund } from './own-transfer'
import { RefundFacts } from './refund-facts'

type Props = {
  refund: PaymentView.RefundRow
  /** The amount in units of its token. */
  amount: string
  /** Whether the reader may change it. */
  editable: boolean
  /** Whether the money of the payment is on chain: nothing is to be sent while it is not. */
  settled: boolean
  transfer: PreparedTransfer | null
  nameHash: (hash: string) => Promise<Outcome<string>>
  withdraw: () => Promise<Outcome<null>>
}

/** One refund of a payment: its facts, and what a member does with it. */
export function RefundPanel({ refund, amount, editable, settled, transfer, nameHash, withdraw }: Props) {
  const isOpen = refund.status === 'due' || refund.status === 'sent'
  const isOwn = refund.wallet !== null && isOpen
  return (
    <Panel
      id={`refund-${refund.id}`}
      title={`Refund of ${amount} ${refund.token.symbol}`}
      description={
        refund.kind === 'engine'
          ? 'The money moved and no answer was delivered, so it is refunded.'
          : 'Requested after the answer was delivered.'
      }
      className="mt-4"
    >
      {editable && isOwn && !settled && refund.status === 'due' && (
        <p className="mb-3 text-warning">
          The transfer of this payment left the chain. Send nothing until the payment is settled again.
        </p>
      )}
      {editable && isOwn && refund.blockNumber === null && (settled || refund.status === 'sent') && (
        <div className="mb-4">
          <OwnTransfer
            details={{
              amount,
              symbol: refund.token.symbol,
              to: refund.to,
              token: refund.token.address,
              from: refund.wallet ?? '',
            }}
            transfer={transfer}
            maySend={refund.status === 'due'}
            nameHash={nameHash}
          />
        </div>
      )}
      <div className="lg:columns-2 lg:gap-10">
        <RefundFacts refund={refund} linked={refund.transactionId !== null} />
      </div>
      {editable && refund.kind === 'member' && refund.status === 'due' && (
        <div className="mt-3">
          <WithdrawRefund isOwn={isOwn} act={withdraw} />
        </div>
      )}
    </Panel>
  )
}
