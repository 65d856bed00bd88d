import type { FraudWarning } from '@/lib/rails'
import { RefundNow } from '../alert/refund-now'
import { Facts } from '../facts'
import type { Outcome } from '../outcome'
import { Panel } from '../panel'
import { Time } from '../time'

type Props = {
  warning: FraudWarning
  /** Absent if the reader may not refund, or nothing is left to refund. */
  refundNow?: (() => Promise<Outcome<{ id: string }>>) | undefined
}

/** A warning of the card's issuer that the payment may be fraud. */
export function FraudPanel({ warning, refundNow }: Props) {
  return (
    <Panel
      isRegion
      title="Fraud warning"
      description={
        warning.actionable
          ? 'The issuer of the card warns that its holder did not make this payment. A refund now can spare the dispute and its fee.'
          : 'The issuer of the card warned that its holder did not make this payment. A refund or a dispute has answered it.'
      }
      className="mt-4"
      {...(warning.actionable && refundNow && { actions: <RefundNow act={refundNow} /> })}
    >
      <Facts
        facts={[
          { label: 'Warned', value: <Time at={warning.warnedAt.toISOString()} /> },
          { label: 'Kind', value: warning.kind.replaceAll('_', ' ') },
        ]}
      />
    </Panel>
  )
}
