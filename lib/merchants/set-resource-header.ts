import { z } from 'zod'
import type { Ctx } from '../ctx'
import * as Sealed from '../sealed'
import type { MemberScope } from '@/lib/auth'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'
import { wrongFields } from '@/lib/errors'
import { lockResource } from './lock-resource'
import { notifyResourceChanged } from './notify-resource-changed'

const headersMax = 20

/** Headers that belong to the connection, the payment or the gateway. */
const reserved =
  /^(?:host|connection|keep-alive|content-length|content-type|transfer-encoding|te|trailer|upgrade|expect|proxy-.*|payment-.*|x-payment.*|forwarded|x-forwarded-.*|via|cookie)$/

const Input = z.object({
  name: z
    .string()
    .trim()
    .toLowerCase()
    .max(64, 'Use at most 64 characters')
    .regex(/^[a-z0-9!#$%&'*+.^_`|~-]+$/, 'Write a header name such as authorization or x-api-key')
    .refine((name) => !reserved.test(name), 'The gateway sets this header itself: choose another'),
  value: z
    .string()
    .trim()
    .min(1, 'Paste the secret value')
    .max(4_096, 'Use at most 4,096 characters')
    .regex(/^[\x20-\x7e]*$/, 'Use printable ASCII on one line'),
})

/**
 * Sets or rotates a header that only the upstream gets. The value is sealed at once and can never be read back. May be called
 * twice.
 * @throws AppError bad-input, not-found, not-allowed
 */
export async function setResourceHeader(
  ctx: Ctx,
  scope: MemberScope.MemberScope,
  id: string,
  input: unknown,
): Promise<void> {
  const parsed = Input.safeParse(input)
  if (!parsed.success)
    throw wrongFields(parsed.error.issues.map(({ path, message }) => ({ field: String(path[0]), message })))
  const { name, value } = parsed.data
  await withTransaction(async (tx) => {
    const resource = await lockResource(tx, scope, id)
    const [others] = await tx.query<{ count: bigint }>(
      sql`SELECT count(*) FROM resource_header WHERE resource_id = ${id}::uuid AND name <> ${name}`,
    )
    if (Number(others?.count ?? 0) >= headersMax)
      throw wrongFields([{ field: 'name', message: `A resource holds ${headersMax} headers: remove one first` }])
    const sealed = Buffer.from(Sealed.seal(value, Sealed.headerContext(id, name)))
    await tx.execute(sql`
      INSERT INTO resource_header (resource_id, name, sealed, last4) VALUES (${id}::uuid, ${name}, ${sealed}, ${last4(value)})
      ON CONFLICT (resource_id, name) DO UPDATE SET sealed = excluded.sealed, last4 = excluded.last4, rotated_at = now()`)
    await recordEvent(tx, ctx, {
      type: 'resource.header_set',
      merchantId: resource.merchantId,
      resourceId: id,
      data: { name },
    })
    await notifyResourceChanged(tx, resource.merchantSlug)
  })
}

/** To recognize a secret; nothing of a short one. */
function last4(value: string): string {
  return value.length >= 16 ? value.slice(-4) : ''
}
