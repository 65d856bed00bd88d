import { isExpired, type InvoiceRecord, type PaymentRecord } from './book'
import type { ChannelBalance } from './balances'
import type { SandboxNode } from './node'

/** LND's REST puts 64-bit integers in strings and bytes in base64; fields that are not set are there with their zero. */

const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64')
const sats = (msat: string | bigint) => String(BigInt(msat) / 1000n)
const seconds = (ms: number) => String(Math.floor(ms / 1000))

/** `lnrpc.Invoice`. LND cancels what has expired by itself. */
export function invoiceShape(invoice: InvoiceRecord) {
  const state = invoice.state === 'OPEN' && isExpired(invoice) ? 'CANCELED' : invoice.state
  const isSettled = state === 'SETTLED'
  const isPaid = isSettled || state === 'ACCEPTED'
  const paidMsat = isPaid ? invoice.paidMsat : '0'
  return {
    memo: invoice.memo,
    r_preimage: base64(invoice.preimage ?? ''),
    r_hash: base64(invoice.hash),
    value: sats(invoice.valueMsat),
    value_msat: invoice.valueMsat,
    settled: isSettled,
    creation_date: String(invoice.createdAt),
    settle_date: isSettled ? seconds(invoice.settledAtMs) : '0',
    payment_request: invoice.bolt11,
    description_hash: '',
    expiry: String(invoice.expirySeconds),
    fallback_addr: '',
    cltv_expiry: '24',
    route_hints: [],
    private: invoice.isPrivate,
    add_index: String(invoice.addIndex),
    settle_index: String(invoice.settleIndex),
    amt_paid: paidMsat,
    amt_paid_sat: sats(paidMsat),
    amt_paid_msat: paidMsat,
    state,
    htlcs: [],
    features: {},
    is_keysend: false,
    payment_addr: base64(invoice.paymentAddress),
    is_amp: false,
    amp_invoice_state: {},
    is_blinded: false,
    blinded_path_config: null,
  }
}

/** `lnrpc.Payment`; hashes and preimages are hex here, as in LND. */
export function paymentShape(payment: PaymentRecord) {
  return {
    payment_hash: payment.hash,
    value: sats(payment.valueMsat),
    creation_date: seconds(payment.createdAtMs),
    fee: sats(payment.feeMsat),
    payment_preimage: payment.preimage ?? '0'.repeat(64),
    value_sat: sats(payment.valueMsat),
    value_msat: payment.valueMsat,
    payment_request: payment.bolt11,
    status: payment.status,
    fee_sat: sats(payment.feeMsat),
    fee_msat: payment.feeMsat,
    creation_time_ns: String(BigInt(payment.createdAtMs) * 1_000_000n),
    htlcs: [],
    payment_index: String(payment.index),
    failure_reason: payment.failureReason,
    first_hop_custom_records: {},
  }
}

const amountOf = (sat: bigint) => ({ sat: String(sat), msat: String(sat * 1000n) })
const sumOf = (channels: readonly ChannelBalance[], field: 'localSat' | 'remoteSat' | 'unsettledSat') =>
  channels.reduce((sum, channel) => sum + channel[field], 0n)

/** `lnrpc.ChannelBalanceResponse`. */
export function balanceShape(channels: readonly ChannelBalance[]) {
  const local = sumOf(channels, 'localSat')
  return {
    balance: String(local),
    pending_open_balance: '0',
    local_balance: amountOf(local),
    remote_balance: amountOf(sumOf(channels, 'remoteSat')),
    unsettled_local_balance: amountOf(sumOf(channels, 'unsettledSat')),
    unsettled_remote_balance: amountOf(0n),
    pending_open_local_balance: amountOf(0n),
    pending_open_remote_balance: amountOf(0n),
    custom_channel_data: '',
  }
}

/** `lnrpc.Channel`, the fields that a wallet reads. */
export function channelShape(channel: ChannelBalance) {
  return {
    active: channel.isUsable,
    remote_pubkey: channel.peer,
    channel_point: channel.channelPoint,
    chan_id: String(channel.scid),
    capacity: String(channel.capacitySat),
    local_balance: String(channel.localSat),
    remote_balance: String(channel.remoteSat),
    commit_fee: String(channel.commitFeeSat),
    unsettled_balance: String(channel.unsettledSat),
    pending_htlcs: [],
    private: true,
    initiator: channel.isOpener,
    local_chan_reserve_sat: String(channel.localReserveSat),
    remote_chan_reserve_sat: String(channel.remoteReserveSat),
    local_constraints: { chan_reserve_sat: String(channel.localReserveSat) },
    remote_constraints: { chan_reserve_sat: String(channel.remoteReserveSat) },
    static_remote_key: true,
    commitment_type: 'STATIC_REMOTE_KEY',
  }
}

/** `lnrpc.GetInfoResponse`. */
export function infoShape(node: SandboxNode, channels: readonly ChannelBalance[]) {
  const active = channels.filter(({ isUsable }) => isUsable).length
  return {
    version: '0.1-sandbox (LDK behind the words of LND REST)',
    commit_hash: '',
    identity_pubkey: node.id,
    alias: node.name,
    color: '#000000',
    num_pending_channels: 0,
    num_active_channels: active,
    num_inactive_channels: channels.length - active,
    num_peers: node.parts.peers.list_peers().length,
    block_height: node.chain.height(),
    block_hash: Buffer.from(node.parts.manager.current_best_block().get_block_hash()).reverse().toString('hex'),
    best_header_timestamp: seconds(Date.now()),
    synced_to_chain: true,
    synced_to_graph: true,
    testnet: true,
    chains: [{ chain: 'bitcoin', network: 'regtest' }],
    uris: [],
    features: {},
  }
}
