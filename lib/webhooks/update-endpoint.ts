import { wrongFields } from '@/lib/errors'
import type { Ctx } from '../ctx'
import type { MemberScope } from '@/lib/auth'
import { recordEvent } from '@/lib/audit'
import { json, sql, withTransaction } from '@/lib/db'
import { checkUrl } from '@/lib/egress'
import * as Endpoint from './Endpoint'
import { lockEndpoint } from './lock-endpoint'

/**
 * Changes the address and the events of an endpoint. Waiting deliveries go to the new address. May be called twice. @throws
 * AppError bad-input, not-found, not-allowed
 */
export async function updateEndpoint(
  ctx: Ctx,
  scope: MemberScope.MemberScope,
  id: string,
  input: unknown,
): Promise<void> {
  const draft = Endpoint.parse(input)
  const fault = await checkUrl(draft.url)
  if (fault) throw wrongFields([{ field: 'url', message: fault }])
  await withTransaction(async (tx) => {
    const before = await lockEndpoint(tx, scope, id)
    const changed = (['url', 'description', 'types'] as const).filter(
      (field) => json(before[field]) !== json(draft[field]),
    )
    if (changed.length === 0) return
    await tx.execute(sql`
      UPDATE webhook_endpoint SET url = ${draft.url}, description = ${draft.description}, types = ${draft.types}::text[],
        failing_since = CASE WHEN url = ${draft.url} THEN failing_since END
      WHERE id = ${id}::uuid`)
    await recordEvent(tx, ctx, {
      type: 'webhook.endpoint_updated',
      merchantId: before.merchantId,
      data: {
        endpointId: id,
        ...Object.fromEntries(
          changed.filter((field) => field !== 'url').map((field) => [field, { from: before[field], to: draft[field] }]),
        ),
      },
      ...(changed.includes('url') && { sensitive: { url: { from: before.url, to: draft.url } } }),
    })
  })
}
