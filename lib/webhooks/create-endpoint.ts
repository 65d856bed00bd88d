import { wrongFields } from '@/lib/errors'
import type { Ctx } from '../ctx'
import * as Sealed from '../sealed'
import { MemberScope } from '@/lib/auth'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'
import { checkUrl } from '@/lib/egress'
import * as Endpoint from './Endpoint'
import * as Signature from './Signature'

const endpointsMax = 20

/**
 * Creates an endpoint of the caller's merchant. Returns the secret, which is never shown again. Each call creates one. @throws
 * AppError bad-input, not-allowed
 */
export async function createEndpoint(
  ctx: Ctx,
  scope: MemberScope.MemberScope,
  input: unknown,
): Promise<{ id: string; secret: string }> {
  const { merchantId } = scope
  MemberScope.assertMay(scope, merchantId, 'integrate')
  const { url, description, types } = Endpoint.parse(input)
  const fault = await checkUrl(url)
  if (fault) throw wrongFields([{ field: 'url', message: fault }])
  const id = ctx.id()
  const secret = Signature.make()
  const sealed = Buffer.from(Sealed.seal(secret, Sealed.endpointContext(id)))
  await withTransaction(async (tx) => {
    const [others] = await tx.query<{ count: bigint }>(
      sql`SELECT count(*) FROM webhook_endpoint WHERE merchant_id = ${merchantId}::uuid AND disabled_at IS NULL`,
    )
    if (Number(others?.count ?? 0) >= endpointsMax)
      throw wrongFields([{ field: 'url', message: `There are ${endpointsMax} endpoints: switch one off first` }])
    await tx.execute(sql`
      INSERT INTO webhook_endpoint (id, merchant_id, url, description, types, sealed, last4)
      VALUES (${id}::uuid, ${merchantId}::uuid, ${url}, ${description}, ${types}::text[], ${sealed}, ${secret.slice(-4)})`)
    await recordEvent(tx, ctx, {
      type: 'webhook.endpoint_created',
      merchantId,
      data: { endpointId: id, types },
      sensitive: { url },
    })
  })
  return { id, secret }
}
