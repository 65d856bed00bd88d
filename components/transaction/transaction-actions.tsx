'use client'

import { CircleX, FastForward, RotateCw } from 'lucide-react'
import type { ActionPreview, TransactionView } from '@/lib/execution'
import { Facts } from '../facts'
import { Gas, Gwei } from '../gas'
import type { Outcome } from '../outcome'
import { CautionLine, DoneLine, SimulatedActions, type SimulatedAction } from '../simulated-action'
import { cn } from '../ui/cn'
import type { Parties } from './party'
import { SimulationBody } from './simulation-body'

export type Kind = 'speed-up' | 'cancel' | 'retry'

/** What an action would do, with the units of what would move. */
export type Preview = Omit<ActionPreview, 'simulation'> & { simulation: TransactionView.SimulationView | null }

type Props = {
  transaction: Parties & { network: { gasSymbol: string; name: string } }
  /** Why each action is not possible, as a sentence; null if it is possible. */
  whyNot: Record<Kind, string | null>
  preview: (kind: Kind) => Promise<Outcome<Preview>>
  /** Returns what was done, as a sentence. */
  run: (kind: Kind) => Promise<Outcome<string>>
}

const actions: readonly (SimulatedAction<Kind> & { goLabel: string })[] = [
  {
    kind: 'speed-up',
    icon: FastForward,
    label: 'Speed up',
    title: 'Speed up',
    description:
      'Signs the same call again with higher fees on the same nonce. The chain includes one of the two, never both.',
    goLabel: 'Speed up',
    busyLabel: 'Sending…',
  },
  {
    kind: 'cancel',
    icon: CircleX,
    label: 'Cancel',
    title: 'Cancel transaction',
    description:
      'A call that is not signed yet is dropped at once. Otherwise an empty transaction is sent on the same nonce. The chain includes that or the call, and the page shows which.',
    goLabel: 'Cancel it',
    busyLabel: 'Cancelling…',
    isDestructive: true,
  },
  {
    kind: 'retry',
    icon: RotateCw,
    label: 'Retry',
    title: 'Try again now',
    description: 'It is on hold and tried again every few seconds. This tries at once; it can never run twice.',
    goLabel: 'Try now',
    busyLabel: 'Trying…',
  },
]

/** Speed up, cancel and retry, each simulated and priced before it runs. */
export function TransactionActions({ transaction, whyNot, preview, run }: Props) {
  return (
    <SimulatedActions
      actions={actions.map((action) => ({ ...action, disabled: whyNot[action.kind] !== null }))}
      preview={preview}
      run={run}
      leaveLabel="Leave it"
      showPreview={(shown) => <PreviewBody preview={shown} transaction={transaction} />}
      showResult={(sentence) => <DoneLine>{sentence}</DoneLine>}
      goLabel={(shown, kind) => shown.possible && actions.find((action) => action.kind === kind)?.goLabel}
    />
  )
}

/** Why the disabled actions are disabled: a sentence for each reason. */
export function WhyNot({ whyNot }: Pick<Props, 'whyNot'>) {
  const reasons = [...new Set(actions.map(({ kind }) => whyNot[kind]))].filter((reason) => reason !== null)
  if (reasons.length === 0) return null
  return (
    <ul className="-mt-2 mb-4 text-xs text-muted-foreground">
      {reasons.map((reason) => (
        <li key={reason}>
          <span className="font-medium">
            {actions.flatMap(({ kind, label }) => (whyNot[kind] === reason ? [label] : [])).join(', ')}:
          </span>{' '}
          {reason}
        </li>
      ))}
    </ul>
  )
}

function PreviewBody({ preview, transaction }: { preview: Preview } & Pick<Props, 'transaction'>) {
  const { possible, why, simulation, feeThenWei } = preview
  return (
    <div className="flex flex-col gap-3">
      {why !== '' && (
        <CautionLine>
          {!possible && <span className="font-medium">Not now. </span>}
          {why}
        </CautionLine>
      )}
      {feeThenWei !== undefined && <Fees preview={preview} symbol={transaction.network.gasSymbol} />}
      {feeThenWei === undefined && possible && simulation === null && why === '' && (
        <p>Nothing was sent yet, so this costs nothing.</p>
      )}
      {simulation && (
        <section aria-label="What the call would do now" className="rounded-md border p-3">
          <p className={cn('mb-2 font-medium', !simulation.ok && 'text-destructive')}>
            {simulation.ok ? 'Simulated now: it would succeed.' : 'Simulated now: it would revert.'}
          </p>
          <SimulationBody simulation={simulation} parties={transaction} />
        </section>
      )}
    </div>
  )
}

function Fees({ preview, symbol }: { preview: Preview; symbol: string }) {
  const { feeNowWei, feeThenWei, maxFeePerGasNowWei, maxFeePerGasThenWei } = preview
  return (
    <Facts
      facts={[
        feeNowWei !== undefined && {
          label: 'Fees now, at most',
          value: <Gas wei={feeNowWei} symbol={symbol} inCoins />,
        },
        feeThenWei !== undefined && {
          label: 'Fees then, at most',
          value: <Gas wei={feeThenWei} symbol={symbol} inCoins className="font-semibold" />,
        },
        maxFeePerGasNowWei !== undefined && { label: 'Max fee now', value: <Gwei wei={maxFeePerGasNowWei} /> },
        maxFeePerGasThenWei !== undefined && { label: 'Max fee then', value: <Gwei wei={maxFeePerGasThenWei} /> },
      ]}
    />
  )
}
