import * as Transaction from './Transaction'

/** What an operator or a program can do with a transaction. */
export const actions = ['speed-up', 'cancel', 'retry'] as const
export type OperatorAction = (typeof actions)[number]

export type OperatorActionSubject = Pick<
  Transaction.Transaction,
  'kind' | 'status' | 'nonce' | 'cancelReason' | 'attempts'
>

/** Why an action is not possible now, as a sentence; undefined if it is possible. Pure. */
export function whyNot(subject: OperatorActionSubject, action: OperatorAction): string | undefined {
  const { kind, status, cancelReason } = subject
  if (kind === 'raw') return 'Its payer signed it: only they can replace it.'
  if (kind === 'svm' && subject.attempts.length > 0 && !Transaction.isFinal(status) && status !== 'held')
    return 'It runs or expires by itself, about a minute after it was signed.'
  if (Transaction.isFinal(status)) return `It has ended as ${status}: nothing can change it any more.`
  if (status === 'included' || status === 'safe') return 'It is in a block already.'
  if (action === 'cancel') return cancelReason === null ? undefined : 'It is being cancelled already.'
  if (action === 'speed-up')
    return status === 'submitted' ? undefined : 'It was not sent yet: it will be priced when it is signed.'
  return status === 'held' ? undefined : 'It is under way: there is nothing to retry.'
}
