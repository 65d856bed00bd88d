import * as ldk from 'lightningdevkit'
import type { SandboxNode } from './node'

/** What a channel holds for each side, in satoshi, as LND counts it: the opener's side is without the fee of the commitment. */
export type ChannelBalance = {
  channelId: string
  /** Funding transaction and output, as LND writes it. */
  channelPoint: string
  scid: bigint
  peer: string
  isUsable: boolean
  isOpener: boolean
  capacitySat: bigint
  localSat: bigint
  remoteSat: bigint
  commitFeeSat: bigint
  localReserveSat: bigint
  remoteReserveSat: bigint
  unsettledSat: bigint
}

/**
 * Balances once nothing moves: a payment whose end is known still takes some messages to leave the channel. Waits for those a second at
 * most; a payment that is held is not waited for and counts as unsettled.
 */
export async function settledBalances(node: SandboxNode): Promise<ChannelBalance[]> {
  const until = Date.now() + 1_000
  while (isMoving(node) && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 5))
  return channelBalances(node)
}

function isMoving({ parts, book }: SandboxNode): boolean {
  const hashOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
  return parts.manager
    .list_channels()
    .some(
      (channel) =>
        channel
          .get_pending_inbound_htlcs()
          .some((htlc) => book.invoice(hashOf(htlc.get_payment_hash()))?.state !== 'ACCEPTED') ||
        channel
          .get_pending_outbound_htlcs()
          .some((htlc) => book.payment(hashOf(htlc.get_payment_hash()))?.status !== 'IN_FLIGHT'),
    )
}

function channelBalances({ parts }: Pick<SandboxNode, 'parts'>): ChannelBalance[] {
  const channels = parts.manager.list_channels()
  return channels.flatMap((channel) => {
    const point = channel.get_funding_txo()
    if (!point) return []
    const others = channels.filter((other) => other !== channel)
    const [balance] = parts.chainMonitor
      .get_claimable_balances(others)
      .filter((one) => one instanceof ldk.Balance_ClaimableOnChannelClose)
    // The bindings answer 1 and 0.
    const isOpener = Boolean(channel.get_is_outbound())
    const capacitySat = channel.get_channel_value_satoshis()
    const localSat = balance?.amount_satoshis ?? 0n
    const unsettledSat =
      [...channel.get_pending_inbound_htlcs(), ...channel.get_pending_outbound_htlcs()].reduce(
        (sum, htlc) => sum + htlc.get_amount_msat(),
        0n,
      ) / 1000n
    const commitFeeSat = commitFee(channel)
    const scid = channel.get_short_channel_id()
    return {
      channelId: Buffer.from(channel.get_channel_id().get_a()).toString('hex'),
      channelPoint: `${Buffer.from(point.get_txid()).reverse().toString('hex')}:${point.get_index()}`,
      scid: scid instanceof ldk.Option_u64Z_Some ? scid.some : 0n,
      peer: Buffer.from(channel.get_counterparty().get_node_id()).toString('hex'),
      isUsable: Boolean(channel.get_is_usable()),
      isOpener,
      capacitySat,
      localSat,
      remoteSat: capacitySat - localSat - unsettledSat - commitFeeSat,
      commitFeeSat,
      localReserveSat: optional(channel.get_unspendable_punishment_reserve()),
      remoteReserveSat: channel.get_counterparty().get_unspendable_punishment_reserve(),
      unsettledSat,
    }
  })
}

/** Weight of a commitment without payments under way (BOLT 3), at the channel's rate. */
function commitFee(channel: ldk.ChannelDetails): bigint {
  const rate = channel.get_feerate_sat_per_1000_weight()
  return rate instanceof ldk.Option_u32Z_Some ? (BigInt(rate.some) * 724n) / 1000n : 0n
}

const optional = (value: ldk.Option_u64Z) => (value instanceof ldk.Option_u64Z_Some ? value.some : 0n)
