import { DisputePanel } from '@/components/dispute/dispute-panel'
import { FraudPanel } from '@/components/payment/fraud-panel'
import type { MemberScope } from '@/lib/auth'
import type { PaymentView } from '@/lib/payments'
import { Dispute, Evidence, findFraudWarning, listDisputesOf, type DisputeView } from '@/lib/rails'
import { findEvidenceFacts } from '@/lib/settlement'
import { refundFraudAction } from '../../alerts/actions'
import { acceptDisputeAction, submitEvidenceAction } from '../../disputes/actions'

type Props = { payment: PaymentView.PaymentDetail; scope: MemberScope.MemberScope; editable: boolean }

/** What the bank of the payer says about a payment: a warning of fraud, and disputes with the answers to them. */
export async function Claims({ payment, scope, editable }: Props) {
  const [disputes, warning] = await Promise.all([readDisputes(scope, payment.id), findFraudWarning(payment.id)])
  const isRefundable = editable && payment.refundObstacle === null
  return (
    <>
      {warning && (
        <FraudPanel warning={warning} refundNow={isRefundable ? refundFraudAction.bind(null, payment.id) : undefined} />
      )}
      {disputes.map(({ dispute, preview }) => (
        <DisputePanel
          key={dispute.id}
          dispute={dispute}
          preview={preview}
          submit={editable ? submitEvidenceAction.bind(null, dispute.id) : undefined}
          accept={editable ? acceptDisputeAction.bind(null, dispute.id) : undefined}
        />
      ))}
    </>
  )
}

type ReadDispute = { dispute: DisputeView.DisputeRow; preview: Evidence.DisputeEvidence | undefined }

/** Those that can be answered come with the evidence that is stored now. */
async function readDisputes(scope: MemberScope.MemberScope, paymentId: string): Promise<ReadDispute[]> {
  const disputes = await listDisputesOf(scope, paymentId)
  const facts = disputes.some(Dispute.isAnswerable) ? await findEvidenceFacts(paymentId) : undefined
  return disputes.map((dispute) => ({
    dispute,
    preview:
      facts && Dispute.isAnswerable(dispute)
        ? Evidence.generate(facts, { productDescription: Evidence.describe(facts), words: '' })
        : undefined,
  }))
}
