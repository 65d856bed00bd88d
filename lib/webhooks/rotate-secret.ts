import type { Ctx } from '../ctx'
import * as Sealed from '../sealed'
import type { MemberScope } from '@/lib/auth'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'
import { lockEndpoint } from './lock-endpoint'
import * as Signature from './Signature'

/** How long the old secret also signs. */
const overlapHours = 24

/**
 * Gives an endpoint a new signing secret and returns it; it is never shown again. The old secret also signs for a day, so that
 * the receiver can change over without rejecting a message. After a second call, the old one is the first of the two new ones.
 * @throws AppError not-found, not-allowed
 */
export async function rotateSecret(ctx: Ctx, scope: MemberScope.MemberScope, id: string): Promise<{ secret: string }> {
  const secret = Signature.make()
  const sealed = Buffer.from(Sealed.seal(secret, Sealed.endpointContext(id)))
  await withTransaction(async (tx) => {
    const { merchantId } = await lockEndpoint(tx, scope, id)
    await tx.execute(sql`
      UPDATE webhook_endpoint SET sealed_previous = sealed, previous_until = now() + make_interval(hours => ${overlapHours}),
        sealed = ${sealed}, last4 = ${secret.slice(-4)}
      WHERE id = ${id}::uuid`)
    await recordEvent(tx, ctx, { type: 'webhook.secret_rotated', merchantId, data: { endpointId: id } })
  })
  return { secret }
}
