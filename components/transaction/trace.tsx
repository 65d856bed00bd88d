import type { EventRow } from '@/lib/audit'
import type { TransactionTimeline as Life, TransactionView } from '@/lib/execution'
import { StepList } from '../step-list'
import { RequestBody } from './request-body'
import { AttemptBody } from './attempt-body'
import { InclusionBody } from './inclusion-body'
import { PolicyBody } from './policy-body'
import { SimulationBody } from './simulation-body'

type Props = {
  steps: readonly Life.TransactionTimelineStep[]
  transaction: TransactionView.TransactionDetail
  events: readonly EventRow[]
}

/** The steps of a transaction from the request to the final block, each with what is known of it. */
export function Trace({ steps, transaction, events }: Props) {
  return <StepList steps={steps}>{(step) => <Body step={step} transaction={transaction} events={events} />}</StepList>
}

function Body({ step, transaction, events }: { step: Life.TransactionTimelineStep } & Omit<Props, 'steps'>) {
  const inside = bodyOf(step, transaction, events)
  return inside && <div className="mt-1.5">{inside}</div>
}

function bodyOf(
  step: Life.TransactionTimelineStep,
  transaction: TransactionView.TransactionDetail,
  events: readonly EventRow[],
) {
  const { simulation, accepted, intent, attemptList } = transaction
  switch (step.about) {
    case 'asked':
      return <RequestBody transaction={transaction} />
    case 'policy':
      return intent && <PolicyBody intent={intent} />
    case 'accepted':
      return accepted && <SimulationBody simulation={accepted} parties={transaction} />
    case 'simulated':
      if (!simulation) return null
      if (accepted?.digest !== undefined && accepted.digest === simulation.digest)
        return <Same simulation={simulation} accepted={accepted} />
      return <SimulationBody simulation={simulation} parties={transaction} />
    case 'attempt': {
      const attempt = attemptList.find(({ seq }) => seq === step.seq)
      return attempt && <AttemptBody attempt={attempt} transaction={transaction} events={events} />
    }
    case 'included':
      return <InclusionBody transaction={transaction} />
    case 'note':
      return null
  }
}

function Same({ simulation, accepted }: Record<'simulation' | 'accepted', TransactionView.SimulationView>) {
  const isSameBlock = simulation.blockNumber === accepted.blockNumber
  return (
    <p className="text-xs text-muted-foreground">
      {isSameBlock || simulation.blockNumber === undefined ? (
        'No newer block: what was accepted still holds.'
      ) : (
        <>
          The same outcome on block {Number(simulation.blockNumber).toLocaleString('en')}
          {simulation.gasUsed !== undefined && `, with ${Number(simulation.gasUsed).toLocaleString('en')} gas`}.
        </>
      )}
    </p>
  )
}
