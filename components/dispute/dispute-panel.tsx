import type { Evidence } from '@/lib/rails'
import type { DisputeView } from '@/lib/rails'
import { Amount } from '../amount'
import { CodeBlock } from '../code-block'
import { Facts } from '../facts'
import type { Outcome } from '../outcome'
import { Panel } from '../panel'
import { Status } from '../status'
import { Time } from '../time'
import { AcceptDispute, AnswerDispute } from './dispute-actions'
import { reasonOf } from './reason'

type Props = {
  dispute: DisputeView.DisputeRow
  /** The evidence that would be submitted now, without words of the member; absent when no answer counts any more. */
  preview?: Readonly<Evidence.DisputeEvidence> | undefined
  /** Absent if the reader may not answer. */
  submit?: ((input: { productDescription: string; words: string }) => Promise<Outcome<'taken' | 'unknown'>>) | undefined
  accept?: (() => Promise<Outcome<'taken' | 'unknown'>>) | undefined
}

const titles: Record<string, string> = {
  product_description: 'What was sold',
  access_activity_log: 'Request and delivery',
  service_date: 'Date of the service',
  uncategorized_text: 'Offer, credential, receipt and proof',
}

/** A dispute of a payment: its facts, the evidence, and the two answers to it. */
export function DisputePanel({ dispute, preview, submit, accept }: Props) {
  const { token, feeBase, isAnswering } = dispute
  const evidence = preview ?? dispute.evidence
  const isOpen = preview !== undefined && !isAnswering
  return (
    <Panel
      isRegion
      id="dispute"
      title="Dispute"
      description={sentenceOf(dispute)}
      className="mt-4"
      contentClassName="flex flex-col gap-3"
      {...(isOpen &&
        submit &&
        accept && {
          actions: (
            <>
              <AcceptDispute accept={accept} isInquiry={dispute.status.startsWith('warning')} />
              <AnswerDispute submit={submit} description={preview.product_description ?? ''} />
            </>
          ),
        })}
    >
      <Facts
        facts={[
          { label: 'State', value: <Status kind="dispute" value={dispute.status} /> },
          { label: 'Reason', value: reasonOf(dispute.reason) },
          {
            label: 'Disputed',
            value: <Amount base={dispute.amountBase} decimals={token.decimals} symbol={token.symbol} />,
          },
          { label: 'Fee', value: <Amount base={feeBase} decimals={token.decimals} symbol={token.symbol} /> },
          isOpen && dispute.dueBy !== null && { label: 'Answer by', value: <Time at={dispute.dueBy} /> },
          dispute.submittedAt !== null && { label: 'Evidence submitted', value: <Time at={dispute.submittedAt} /> },
          dispute.acceptedAt !== null && { label: 'Accepted', value: <Time at={dispute.acceptedAt} /> },
          dispute.closedAt !== null && { label: 'Closed', value: <Time at={dispute.closedAt} /> },
          { label: 'At Stripe', value: <span className="font-mono text-xs">{dispute.externalId}</span> },
        ]}
      />
      {Object.keys(evidence).length > 0 && (
        <details>
          <summary className="cursor-pointer text-sm font-medium">
            {preview === undefined ? 'The evidence that was submitted' : 'The evidence that Sluice would submit'}
          </summary>
          {Object.entries(evidence).map(([name, text]) => (
            <div key={name} className="mt-3">
              <p className="mb-1 text-xs text-muted-foreground">{titles[name] ?? name}</p>
              <CodeBlock code={text} label={titles[name] ?? name} wrap />
            </div>
          ))}
        </details>
      )}
    </Panel>
  )
}

function sentenceOf({ status, isAnswering, submittedAt }: DisputeView.DisputeRow): string {
  if (isAnswering) return 'Your answer is on its way. The page shows when Stripe took it.'
  if (status === 'lost') return 'The payer keeps the money. A refund would pay it twice.'
  if (status === 'won') return 'The money came back to you.'
  if (status === 'prevented') return 'It was settled before it took money.'
  if (status === 'warning_closed') return 'The bank asked, and did not dispute the charge.'
  if (submittedAt !== null || status.endsWith('under_review'))
    return 'The bank looks at your evidence. That can take three months.'
  return status === 'needs_response'
    ? 'The bank took the money. Submit evidence before the due date, or accept it. Without an answer it is lost.'
    : 'The bank asks about this charge. A full refund ends the question; without an answer it can become a dispute.'
}
