import { ArrowRight, ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import type { DecodedArgument } from '@/lib/chains'
import type { TransactionView } from '@/lib/execution'
import { MovedAmount } from '../moved-amount'
import { Hash } from '../hash'
import { cn } from '../ui/cn'
import { Party, type Parties } from './party'

type Simulated = TransactionView.SimulationView

const number = (text: string) => Number(text).toLocaleString('en')

/** The result of a simulation: the call in words, balance and storage changes, and gas. */
export function SimulationBody({ simulation, parties }: { simulation: Simulated; parties: Parties }) {
  const { call, transfers, changes, state, reason, revert } = simulation
  return (
    <div className="flex flex-col gap-3">
      {call && <Call call={call} />}
      {!simulation.ok && (
        <p className="wrap-anywhere text-destructive">
          {reason ?? 'It would revert.'}
          {revert?.selector && <code className="ml-1.5 font-mono text-xs opacity-80">{revert.selector}</code>}
        </p>
      )}
      {transfers !== null && (transfers.length > 0 || simulation.ok) && (
        <Part title="Moves">
          {transfers.length === 0 ? (
            <p className="text-muted-foreground">no tokens</p>
          ) : (
            <Transfers transfers={transfers} parties={parties} />
          )}
        </Part>
      )}
      {changes.length > 0 && (
        <Part title="Balances">
          <ul className="flex flex-col gap-1">
            {changes.map(({ account, asset, amount, unit }) => (
              <li key={`${account} ${asset}`} className="flex flex-wrap items-center justify-between gap-x-3">
                <Party address={account} parties={parties} />
                <span className={cn('tabular-nums', amount.startsWith('-') ? 'text-destructive' : 'text-success')}>
                  {amount.startsWith('-') ? '−' : '+'}
                  <MovedAmount base={amount.replace('-', '')} token={unit} />
                </span>
              </li>
            ))}
          </ul>
        </Part>
      )}
      {state && state.length > 0 && <Written state={state} parties={parties} />}
      <Foot simulation={simulation} />
    </div>
  )
}

function Call({ call }: { call: NonNullable<Simulated['call']> }) {
  return (
    <div className="overflow-hidden rounded-md border">
      <p className="flex flex-wrap items-baseline gap-x-2 bg-muted/60 px-3 py-1.5">
        <code className="font-mono text-xs font-semibold">{call.name}</code>
        <span className="ml-auto text-xs text-muted-foreground">
          {call.by === 'abi' ? 'by the ABI in the request' : `by its selector ${call.selector}`}
        </span>
      </p>
      {call.args.length > 0 && (
        <dl className="divide-y">
          {call.args.map(({ name, type, value }, at) => (
            <div key={at} className="grid grid-cols-[minmax(4rem,auto)_1fr] items-baseline gap-x-4 px-3 py-1.5">
              <dt className="text-xs">
                {name} <span className="text-muted-foreground">{type}</span>
              </dt>
              <dd className="min-w-0 text-right font-mono text-xs wrap-anywhere">{words(value)}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  )
}

function words(value: DecodedArgument.PlainValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div>
      <h4 className="mb-1 text-xs font-medium text-muted-foreground">{title}</h4>
      {children}
    </div>
  )
}

function Transfers({ transfers, parties }: { transfers: NonNullable<Simulated['transfers']>; parties: Parties }) {
  return (
    <ul className="flex flex-col gap-1.5">
      {transfers.map(({ asset, from, to, amount, unit, tokenId }, at) => (
        <li key={at} className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
          <span className="font-medium">
            {tokenId === undefined ? <MovedAmount base={amount} token={unit} /> : `piece #${tokenId}`}
          </span>
          {unit.decimals === 0 && <Hash value={asset} label="token" copy={false} className="text-muted-foreground" />}
          <span className="inline-flex flex-wrap items-center gap-1.5">
            <Party address={from} parties={parties} />
            <ArrowRight aria-label="to" className="size-3.5 text-muted-foreground" />
            <Party address={to} parties={parties} />
          </span>
        </li>
      ))}
    </ul>
  )
}

function Written({ state, parties }: { state: NonNullable<Simulated['state']>; parties: Parties }) {
  return (
    <details className="group">
      <summary className="flex list-none items-center gap-1 rounded-sm text-xs font-medium text-muted-foreground hover:text-foreground [&::-webkit-details-marker]:hidden">
        <ChevronRight aria-hidden className="size-3.5 transition-transform group-open:rotate-90" />
        Writes {state.length === 1 ? 'one storage slot' : `${state.length} storage slots`}
      </summary>
      <ul className="mt-1.5 flex flex-col gap-2">
        {state.map(({ account, slot, before, after }) => (
          <li key={`${account} ${slot}`} className="text-xs">
            <span className="flex flex-wrap items-center gap-x-2">
              <Party address={account} parties={parties} />
              <Hash value={slot} label="slot" copy={false} className="text-muted-foreground" />
            </span>
            <span className="font-mono wrap-anywhere">
              <span className="text-muted-foreground">{trimmed(before)}</span> → {trimmed(after)}
            </span>
          </li>
        ))}
      </ul>
    </details>
  )
}

/** A word without its leading zeros. */
function trimmed(word: string): string {
  return `0x${word.slice(2).replace(/^0+(?=.)/, '')}`
}

function Foot({ simulation }: { simulation: Simulated }) {
  const { gasUsed, blockNumber, predecessors, method, digest } = simulation
  const parts = [
    gasUsed !== undefined && `${number(gasUsed)} gas`,
    blockNumber !== undefined && `on block ${number(blockNumber)}`,
    predecessors !== undefined &&
      predecessors > 0 &&
      `after ${predecessors === 1 ? 'one transaction' : `${predecessors} transactions`} of its signer`,
    method === 'eth_call' && 'by eth_call: balance changes are not known',
    method === undefined && 'trusted: simulated before it was queued',
  ].filter((part) => part !== false)
  return (
    <p className="flex flex-wrap items-center gap-x-2 text-xs text-muted-foreground">
      {parts.join(' · ')}
      {digest && <Hash value={digest} label="simulation digest" />}
    </p>
  )
}
