import type { Ctx } from '../../ctx'
import { log } from '../../log'
import { recordEvent } from '@/lib/audit'
import { json, sql, withTransaction } from '@/lib/db'
import * as ReportedResource from './ReportedResource'
import { wordsOf } from './BazaarItem'

/** Maximum entries of one owner, and ways to pay of one entry. */
const ownedMax = 500
const acceptsMax = 10

/** A busy server is listed once a minute for each way to pay, not with every payment. */
const listedForMs = 60_000
const rememberedMax = 5_000
const listed = new Map<string, number>()

/** The result of a listing. `reason` is a sentence for the server whose client requested it. */
export type ListingOutcome = { status: 'success' } | { status: 'rejected'; reason: string }

/**
 * Lists another server's resource, or renews its entry, after the facilitator settled a payment for it. The entry
 * belongs to the address that was paid; a report about an entry of another owner is refused. An entry without a
 * payment for a month can get a new owner. May be called twice. Never throws, because a listing must not fail a
 * settlement.
 * @param settled the client's payload, and the requirements that were settled.
 * @returns undefined if the payload does not ask for a listing.
 */
export async function recordListing(
  ctx: Ctx,
  settled: { payload: unknown; requirements: unknown },
): Promise<ListingOutcome | undefined> {
  const read = ReportedResource.read(settled.payload, settled.requirements)
  if (!read) return undefined
  if ('rejected' in read) return { status: 'rejected', reason: read.rejected }
  const { resource, operation, namespace, payTo, accept } = read.claimed
  const key = [resource, operation, namespace, payTo, accept.network, accept.scheme, accept.asset].join('|')
  if ((listed.get(key) ?? 0) > ctx.now() - listedForMs) return { status: 'success' }
  try {
    if (!(await write(ctx, read.claimed))) return { status: 'rejected', reason: notWritten }
    if (listed.size >= rememberedMax) listed.clear()
    listed.set(key, ctx.now())
    return { status: 'success' }
  } catch (error) {
    log().warn({ err: error, resource }, 'a listing could not be recorded')
    return { status: 'rejected', reason: 'It could not be recorded now. The next payment is another chance.' }
  }
}

const notWritten = `Another recipient was paid at this address within a month, or this one has ${ownedMax} entries already.`

/** Writes the entry. Returns false if it belongs to another owner. */
async function write(ctx: Ctx, claimed: ReportedResource.ReportedResource): Promise<boolean> {
  const { resource, type, operation, namespace, payTo, accept, description, mimeType, serviceName, tags, iconUrl } =
    claimed
  const shown = wordsOf({
    ...{ resource, type, x402Version: 2, accepts: [accept], description, mimeType, tags },
    ...(serviceName !== undefined && { serviceName }),
  })
  // Users search a tool by its name, which its server's address does not contain.
  const words = type === 'mcp' ? `${shown} ${operation.toLowerCase()}` : shown
  const isSameWay = sql`
    a->>'network' = ${accept.network} AND a->>'scheme' = ${accept.scheme} AND a->>'asset' = ${accept.asset}`
  return withTransaction(async (tx) => {
    const [row] = await tx.query<{ isNew: boolean }>(sql`
      INSERT INTO bazaar_item (id, resource, type, operation, namespace, pay_to, x402_version, accepts, description,
        mime_type, service_name, tags, icon_url, extension, words)
      SELECT ${ctx.id()}::uuid, ${resource}, ${type}, ${operation}, ${namespace}, ${payTo}, 2,
        ${json([accept])}::jsonb, ${description}, ${mimeType}, ${serviceName ?? null}, ${[...tags]}::text[],
        ${iconUrl ?? null}, ${json(claimed.extension)}::jsonb, ${words}
      WHERE (SELECT count(*) FROM bazaar_item WHERE pay_to = ${payTo} AND resource <> ${resource}) < ${ownedMax}
      ON CONFLICT (resource, type, operation, namespace) DO UPDATE SET
        accepts = excluded.accepts || coalesce((
          SELECT jsonb_agg(a ORDER BY n) FROM jsonb_array_elements(bazaar_item.accepts) WITH ORDINALITY AS old(a, n)
          WHERE bazaar_item.pay_to = excluded.pay_to AND NOT (${isSameWay}) AND n < ${acceptsMax}), '[]'),
        pay_to = excluded.pay_to, description = excluded.description, mime_type = excluded.mime_type,
        service_name = excluded.service_name, tags = excluded.tags, icon_url = excluded.icon_url,
        extension = excluded.extension, words = excluded.words, updated_at = now(),
        settlements = CASE WHEN bazaar_item.pay_to = excluded.pay_to THEN bazaar_item.settlements ELSE 0 END + 1
      WHERE bazaar_item.pay_to = excluded.pay_to OR bazaar_item.updated_at < now() - interval '30 days'
      RETURNING settlements = 1 AS is_new`)
    if (row?.isNew) await recordEvent(tx, ctx, { type: 'bazaar.listed', data: { resource, operation, payTo } })
    return row !== undefined
  })
}
