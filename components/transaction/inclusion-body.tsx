import { CircleCheck, TriangleAlert } from 'lucide-react'
import type { TransactionView } from '@/lib/execution'
import { Gas, Gwei } from '../gas'
import { Hash } from '../hash'

const number = (value: number) => value.toLocaleString('en')

/** The cost of an inclusion compared with the estimate, and whether its effects match the simulation. */
export function InclusionBody({ transaction }: { transaction: TransactionView.TransactionDetail }) {
  const { blockHash, feeWei, gasPriceWei, l1FeeWei, network, drift, kind } = transaction
  return (
    <div className="flex flex-col gap-2 text-xs">
      <GasBar transaction={transaction} />
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-muted-foreground">
        {feeWei !== null && (
          <span>
            {kind === 'raw' ? 'Its payer paid ' : 'Cost '}
            <span className="text-foreground">
              <Gas wei={feeWei} symbol={network.gasSymbol} decimals={network.gasDecimals} />
            </span>
          </span>
        )}
        {gasPriceWei !== null && (
          <span>
            at <Gwei wei={gasPriceWei} />
          </span>
        )}
        {l1FeeWei !== null && (
          <span>
            of it <Gas wei={l1FeeWei} symbol={network.gasSymbol} /> for its data
          </span>
        )}
        {blockHash && (
          <span className="inline-flex items-center gap-1">
            block <Hash value={blockHash} label="block hash" />
          </span>
        )}
      </p>
      {drift?.matched && (
        <p className="flex items-center gap-1.5 text-success">
          <CircleCheck aria-hidden className="size-3.5" /> Its effects match the simulation.
        </p>
      )}
      {drift?.matched === false && (
        <div className="flex gap-1.5 text-warning">
          <TriangleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
          <div className="min-w-0">
            <p className="font-medium">Its effects differ from the simulation</p>
            <ul>
              {drift.differences.map((difference) => (
                <li key={difference} className="wrap-anywhere">
                  {difference}
                </li>
              ))}
            </ul>
          </div>
        </div>
      )}
    </div>
  )
}

type Props = { transaction: TransactionView.TransactionDetail }

/** Gas used as a share of the gas limit, with a mark at the simulated gas. */
function GasBar({ transaction: { gasUsed, simulation, hash, attemptList } }: Props) {
  const limit = Number(attemptList.find((attempt) => attempt.hash === hash)?.gas ?? 0)
  if (gasUsed === null) return null
  const used = Number(gasUsed)
  const expected = simulation?.gasUsed === undefined ? null : Number(simulation.gasUsed)
  const share = (gas: number) => `${Math.min(100, (gas / limit) * 100)}%`
  return (
    <div>
      <p className="mb-1 flex flex-wrap gap-x-3 tabular-nums">
        <span>
          <span className="font-medium">{number(used)}</span> gas used
        </span>
        {expected !== null && <span className="text-muted-foreground">{number(expected)} simulated</span>}
        {limit > 0 && <span className="text-muted-foreground">{number(limit)} limit</span>}
      </p>
      {limit > 0 && (
        <div aria-hidden className="relative h-2 overflow-hidden rounded-full bg-muted">
          <span className="absolute inset-y-0 left-0 bg-chart-1" style={{ width: share(used) }} />
          {expected !== null && (
            <span className="absolute inset-y-0 w-0.5 bg-foreground" style={{ left: share(expected) }} />
          )}
        </div>
      )}
    </div>
  )
}
