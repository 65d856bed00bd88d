'use client'

import { useState, useTransition } from 'react'
import type { PriceReplay } from '@/lib/payments'
import { Amount } from '../amount'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'
import { Panel } from '../panel'
import { Facts } from '../facts'
import { Select } from '../ui/select'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '../ui/table'
import { Address } from '../address'
import { Amount as Money } from '@/lib/money'
import { ReplayChart } from './replay-chart'

export type ReplayAction = (days: number) => Promise<Outcome<PriceReplay>>

const ranges = [
  { value: '7', label: 'The last 7 days' },
  { value: '30', label: 'The last 30 days' },
  { value: '90', label: 'The last 90 days' },
]

type Props = {
  /** "this draft", "version 3". */
  what: string
  run: ReplayAction
}

/** The revenue that a price would have brought for past sales. */
export function ReplayPanel({ what, run }: Props) {
  const [days, setDays] = useState('30')
  const [replay, setReplay] = useState<PriceReplay>()
  const [message, setMessage] = useState<string>()
  const [running, start] = useTransition()

  function ask() {
    start(async () => {
      const outcome = await run(Number(days)).catch(() => undefined)
      setMessage(outcome?.ok ? undefined : (outcome?.message ?? 'The server cannot be reached.'))
      if (outcome?.ok) setReplay(outcome.value)
    })
  }

  return (
    <Panel
      isRegion
      title="On past sales"
      description={`What ${what} would have charged for past calls. Nothing is changed.`}
      contentClassName="flex flex-col gap-4"
    >
      <div className="flex flex-wrap items-center gap-2">
        <Select aria-label="Which calls" value={days} onValueChange={setDays} options={ranges} className="w-44" />
        <Button variant="outline" onClick={ask} disabled={running}>
          {running ? 'Trying…' : 'Try it'}
        </Button>
      </div>
      <div role="status" className="flex flex-col gap-4 empty:hidden">
        {message && <p className="text-destructive">{message}</p>}
        {replay && !message && <Result replay={replay} />}
      </div>
    </Panel>
  )
}

function Result({ replay }: { replay: PriceReplay }) {
  const { calls, known, thenMicros, nowMicros, dearer, cheaper, free, unknown } = replay
  if (calls === 0) return <p className="text-muted-foreground">There are no paid calls in this period to try it on.</p>
  return (
    <>
      {known > 0 && (
        <>
          <Facts
            facts={[
              { label: 'Charged', value: <Amount base={thenMicros} /> },
              {
                label: 'It would have been',
                value: (
                  <span className="font-medium">
                    <Amount base={nowMicros} /> <Change thenMicros={thenMicros} nowMicros={nowMicros} />
                  </span>
                ),
              },
              { label: 'Calls that would cost more', value: count(dearer, known) },
              { label: 'Calls that would cost less', value: count(cheaper, known) },
              { label: 'Of those, free', value: count(free, known) },
            ]}
          />
          <ReplayChart days={replay.days} />
          {replay.payers.length > 0 && <Payers replay={replay} />}
        </>
      )}
      <div className="flex flex-col gap-1 text-xs text-muted-foreground">
        <p>Not known:</p>
        <ul className="flex list-disc flex-col gap-0.5 pl-4">
          <li>Whether an agent would have bought at another price, or requested less.</li>
          <li>Which agents would have signed in: free calls and discounts are counted for the wallet that paid.</li>
          {unknown.missing.map(({ what, calls: lacking }) => (
            <li key={what}>
              {lacking.toLocaleString('en')} of {calls.toLocaleString('en')} calls are left out. {what}.
            </li>
          ))}
          {unknown.calls > 0 && (
            <li>These calls brought {Money.formatDollars(unknown.thenMicros)}, which is in neither sum.</li>
          )}
          {replay.freeCalls > 0 && (
            <li>
              {replay.freeCalls.toLocaleString('en')} calls of free quotas: they were not paid and are not included.
            </li>
          )}
        </ul>
      </div>
    </>
  )
}

function Payers({ replay }: { replay: PriceReplay }) {
  const { payers, changedPayers } = replay
  return (
    <section aria-labelledby="replay-payers" className="overflow-hidden rounded-md border">
      <h3 id="replay-payers" className="border-b px-3 py-2 text-xs font-medium text-muted-foreground">
        {changedPayers === 1 ? 'One payer is' : `${changedPayers.toLocaleString('en')} payers are`} affected
        {changedPayers > payers.length && `; the ${payers.length} most`}
      </h3>
      <Table>
        <caption className="sr-only">Payers with the largest change</caption>
        <TableHeader>
          <tr>
            <TableHead>Payer</TableHead>
            <TableHead className="text-right max-sm:hidden">Calls</TableHead>
            <TableHead className="text-right">Paid</TableHead>
            <TableHead className="text-right">Would pay</TableHead>
          </tr>
        </TableHeader>
        <TableBody>
          {payers.map(({ payer, calls, thenMicros, nowMicros }) => (
            <TableRow key={payer}>
              <TableCell>
                <Address value={payer} label="payer" />
              </TableCell>
              <TableCell className="text-right tabular-nums max-sm:hidden">{calls.toLocaleString('en')}</TableCell>
              <TableCell className="text-right">
                <Amount base={thenMicros} />
              </TableCell>
              <TableCell className="text-right">
                <Amount base={nowMicros} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </section>
  )
}

function Change({ thenMicros, nowMicros }: { thenMicros: bigint; nowMicros: bigint }) {
  if (thenMicros === 0n || thenMicros === nowMicros) return null
  // In tenths of a percent. The exact sums are shown beside it.
  const tenths = Number(((nowMicros - thenMicros) * 1_000n) / thenMicros)
  return (
    <span className="ml-1 text-xs font-normal text-muted-foreground">
      {tenths > 0 ? '+' : tenths < 0 ? '−' : ''}
      {(Math.abs(tenths) / 10).toLocaleString('en', { maximumFractionDigits: 1 })} %
    </span>
  )
}

function count(some: number, all: number): string {
  const percent = ((some / all) * 100).toLocaleString('en', { maximumFractionDigits: 1 })
  return `${some.toLocaleString('en')} (${percent} %)`
}
