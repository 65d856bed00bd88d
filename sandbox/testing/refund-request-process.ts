import { createCtx } from '@/lib/ctx'
import { requestRefund, type RefundRequester } from '@/lib/payments'

// A process that requests one refund, to be killed: its input comes as a message, the refund's id goes back as one.

type Input = { scope: RefundRequester; paymentId: string; request: object; idempotencyKey: string }

process.once('message', (message) => {
  const { scope, ...input } = message as Input
  void requestRefund(createCtx({ kind: 'member', id: 'test' }), scope, input).then(({ id }) => {
    process.send?.({ id })
    process.disconnect()
  })
})
