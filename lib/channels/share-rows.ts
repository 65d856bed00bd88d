import { sql } from '@/lib/db'
import { type ChannelShare } from './ChannelShare'

export function shareRows(intents: readonly ChannelShare[]) {
  return sql`unnest(
    ${intents.map(({ id }) => id)}::uuid[], ${intents.map(({ channelId }) => channelId)}::text[],
    ${intents.map(({ kind }) => kind)}::text[], ${intents.map(({ trigger }) => trigger)}::text[],
    ${intents.map(({ cumulativeBase }) => cumulativeBase)}::numeric[],
    ${intents.map(({ captureBase }) => captureBase)}::numeric[], ${intents.map(({ refundBase }) => refundBase)}::numeric[]
  ) AS i(id, channel_id, kind, trigger, cumulative, capture, refund)`
}
