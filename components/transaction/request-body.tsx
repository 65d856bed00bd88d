import Link from 'next/link'
import type { ReactNode } from 'react'
import type { TransactionView } from '@/lib/execution'
import { Address } from '../address'
import { Gas } from '../gas'
import { Status } from '../status'
import { Time } from '../time'
import { Badge } from '../ui/badge'

const ways: Record<string, string> = {
  private: 'to the private endpoint only',
  'private-first': 'to the private endpoint first',
}

/** The requester of a transaction, its payment, and its terms. */
export function RequestBody({ transaction }: { transaction: TransactionView.TransactionDetail }) {
  const { intent, urgency, submission, deadlineAt, maxFeeWei, network, valueWei, retryOf } = transaction
  const way = ways[submission]
  return (
    <div className="flex flex-col gap-2 text-xs">
      {intent && (
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-muted-foreground">
          <Requester intent={intent} />
          {intent.paymentId && <Inside href={`/payments/${intent.paymentId}`}>the payment that bought it</Inside>}
          {intent.channelId && <Inside href={`/channels/${intent.channelId}`}>the session that bought it</Inside>}
          {intent.resourceId && <Inside href={`/resources/${intent.resourceId}`}>the resource</Inside>}
          {retryOf && <Inside href={`/transactions/${retryOf}`}>the transaction that it repeats</Inside>}
        </p>
      )}
      <ul className="flex flex-wrap gap-1.5">
        <Term>{urgency}</Term>
        {deadlineAt && (
          <Term>
            until <Time at={deadlineAt} format="absolute" />
          </Term>
        )}
        {maxFeeWei !== null && (
          <Term>
            fees up to <Gas wei={maxFeeWei} symbol={network.gasSymbol} inCoins />
          </Term>
        )}
        {valueWei !== '0' && (
          <Term>
            sends <Gas wei={valueWei} symbol={network.gasSymbol} inCoins />
          </Term>
        )}
        {way && <Term>{way}</Term>}
        {intent && <Term>counts when {intent.finality}</Term>}
      </ul>
      {intent && intent.transactions.length > 1 && <Sequence intent={intent} />}
    </div>
  )
}

function Requester({ intent: { asker, idempotencyKey } }: { intent: TransactionView.IntentView }) {
  if (!asker) return null
  return (
    <span className="inline-flex flex-wrap items-center gap-x-1">
      {asker.kind === 'key' ? (
        <>
          by the <Inside href="/keys">API key</Inside> <code className="font-mono">{asker.id.slice(0, 8)}</code>
        </>
      ) : (
        <>
          by the {asker.kind} <Address value={asker.id} label={asker.kind} />
        </>
      )}
      {idempotencyKey && (
        <span className="wrap-anywhere">
          as <code className="font-mono">{idempotencyKey}</code>
        </span>
      )}
    </span>
  )
}

/** Its place in a sequence of calls; the first failure stops the rest. */
function Sequence({ intent: { transactions, position } }: { intent: TransactionView.IntentView }) {
  return (
    <ol className="flex flex-wrap items-center gap-x-2 gap-y-1.5">
      {transactions.map((one, at) => (
        <li key={one.id} className="inline-flex items-center gap-1.5">
          {at > 0 && <span aria-hidden>→</span>}
          {one.position === position ? (
            <span className="font-medium">Call {one.position + 1}, this one</span>
          ) : (
            <>
              <Inside href={`/transactions/${one.id}`}>Call {one.position + 1}</Inside>
              <Status kind="transaction" value={one.status} />
            </>
          )}
        </li>
      ))}
    </ol>
  )
}

function Term({ children }: { children: ReactNode }) {
  return (
    <li>
      <Badge tone="outline" className="h-auto min-h-5 flex-wrap whitespace-normal">
        {children}
      </Badge>
    </li>
  )
}

function Inside({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Link
      href={href}
      className="rounded-sm text-brand underline decoration-brand/40 underline-offset-4 hover:decoration-brand"
    >
      {children}
    </Link>
  )
}
