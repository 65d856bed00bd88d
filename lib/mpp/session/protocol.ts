import type { ChannelProtocol } from '@/lib/channels'
import type { MppConfig } from '../MppConfig'
import * as Credential from './Credential'
import { verifyOpening, verifyTopUp } from './opening'
import * as Receipt from './receipt'
import { createTermsReader } from './terms'

/** MPP `session` by the method `tempo`: channels of the TIP-1034 reserve, paid by vouchers. */
export function createSessions(config: MppConfig): ChannelProtocol.ChannelProtocol {
  const reader = createTermsReader(config)
  /** The client's echo for each credential; `terms` verifies it. */
  const echoes = new WeakMap<ChannelProtocol.ChannelCredential, Credential.EchoedChallenge>()
  return {
    parse(headers) {
      const read = Credential.fromHeaders(headers, reader.networkOf)
      if (!read) return undefined
      echoes.set(read.credential, read.echo)
      return read.credential
    },
    terms(credential, quote, nowMs) {
      const echo = echoes.get(credential)
      if (!echo) throw new TypeError('this credential was not parsed here')
      return reader.read(echo, quote, nowMs)
    },
    opening(credential, terms, nowMs) {
      if (credential.action !== 'open') throw new TypeError('MPP fills channels by transactions')
      return verifyOpening(credential, terms, nowMs)
    },
    topUp: verifyTopUp,
    receipt: (receipt) => [Receipt.toHeader(receipt)],
    needVoucherEvent: Receipt.toNeedVoucherEvent,
    receiptEvent: Receipt.toEvent,
    managesByRequest: true,
  }
}
