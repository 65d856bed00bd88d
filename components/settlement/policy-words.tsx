import { duration } from '../duration'
import { Gas } from '../gas'
import { Card, CardContent, CardHeader } from '../ui/card'
import { cn } from '../ui/cn'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '../ui/table'

/** A schedule and the limits of agents, in sentences. */
export type Words = { schedule: string; limits: string }

/** The cost of intervals for one day, estimated from the merchant's recent batches; wei as decimal strings. */
export type Cost = {
  batches: number
  averageWei: string
  rows: readonly { everyMs: number; batches: number; wei: string; isTyped: boolean }[]
}

type Props = {
  words: Words | null
  cost: Cost | null
  /** Shown while there are no words. */
  note: string | undefined
  gasSymbol: string
}

/** A schedule in sentences, and the cost of shorter intervals. */
export function PolicyWords({ words, cost, note, gasSymbol }: Props) {
  return (
    <div className="flex flex-col gap-4 xl:sticky xl:top-24">
      <Card aria-labelledby="words-title">
        <CardHeader id="words-title" title="What it will do" />
        <CardContent className="flex flex-col gap-2 text-base" aria-live="polite">
          {note === undefined && words ? (
            <>
              <p>{words.schedule}</p>
              <p>{words.limits}</p>
            </>
          ) : (
            <p className="text-muted-foreground">{note ?? 'A field is not valid yet.'}</p>
          )}
        </CardContent>
      </Card>
      <Card aria-labelledby="cost-title" className="overflow-hidden">
        <CardHeader
          id="cost-title"
          title="What an interval costs"
          description={
            cost ? (
              <>
                Estimated from your last {cost.batches === 1 ? 'batch' : `${cost.batches} batches`}:{' '}
                <Gas wei={cost.averageWei} symbol={gasSymbol} /> of gas each. These are upper limits: an interval
                without sales costs nothing.
              </>
            ) : undefined
          }
        />
        {cost ? (
          <Costs cost={cost} gasSymbol={gasSymbol} />
        ) : (
          <CardContent>
            <p className="text-muted-foreground">
              No settlement on this network yet, so there is no cost to estimate from. An estimate appears after the
              first batch.
            </p>
          </CardContent>
        )}
      </Card>
    </div>
  )
}

function Costs({ cost, gasSymbol }: { cost: Cost; gasSymbol: string }) {
  return (
    <Table>
      <caption className="sr-only">Cost of intervals</caption>
      <TableHeader>
        <tr>
          <TableHead>Every</TableHead>
          <TableHead className="text-right">Batches a day</TableHead>
          <TableHead className="text-right">Gas a day</TableHead>
        </tr>
      </TableHeader>
      <TableBody>
        {cost.rows.map((row) => (
          <TableRow key={row.everyMs} className={cn(row.isTyped && 'bg-brand-soft font-medium')}>
            <TableCell className="whitespace-nowrap">
              {duration(row.everyMs)}
              {row.isTyped && <span className="ml-2 text-xs text-brand">as typed</span>}
            </TableCell>
            <TableCell className="text-right tabular-nums">{row.batches.toLocaleString('en')}</TableCell>
            <TableCell className="text-right">
              <Gas wei={row.wei} symbol={gasSymbol} />
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}
