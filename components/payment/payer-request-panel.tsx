import type { PayerRequest } from '@/lib/payments'
import { Facts } from '../facts'
import { Panel } from '../panel'
import { Time } from '../time'
import type { Outcome } from '../outcome'
import { AnswerPayer } from './answer-payer'

const titles: Record<PayerRequest.PayerRequestKind, string> = {
  refund: 'The payer asks for a refund',
  problem: 'The payer reports a problem',
}

const ownTitles: Record<PayerRequest.PayerRequestKind, string> = {
  refund: 'You asked for a refund',
  problem: 'You reported a problem',
}

type Props = {
  request: PayerRequest.PayerRequestView
  /** Absent if the reader may not answer. */
  answer?: ((text: string) => Promise<Outcome<null>>) | undefined
  /** Whether the reader is the payer. */
  isOwn?: boolean
}

/** What the payer asked about a payment, and the answer. */
export function PayerRequestPanel({ request, answer, isOwn = false }: Props) {
  return (
    <Panel
      isRegion
      id="asked"
      title={(isOwn ? ownTitles : titles)[request.kind]}
      className="mt-4"
      {...(answer && request.answeredAt === null && { actions: <AnswerPayer answer={answer} /> })}
    >
      <Facts
        facts={[
          { label: 'Asked', value: <Time at={request.createdAt} /> },
          { label: 'Reason', value: <span className="whitespace-pre-wrap">{request.reason}</span> },
          request.answeredAt === null
            ? { label: 'Answer', value: 'Not yet' }
            : { label: 'Answered', value: <Time at={request.answeredAt} /> },
          request.answer !== null && {
            label: 'Answer',
            value: <span className="whitespace-pre-wrap">{request.answer}</span>,
          },
        ]}
      />
    </Panel>
  )
}
