import { createCtx } from '@/lib/ctx'
import { deliverDueWebhooks } from '@/lib/webhooks'

// Delivers what is due, as a process of its own, to be killed.
await deliverDueWebhooks(createCtx({ kind: 'system', id: 'test' }), 20_000)
process.exit(0)
