import type { Hex } from 'viem'
import { chains, Reserve } from '@/lib/chains'
import type { ChannelProtocol } from '@/lib/channels'
import { AppError } from '@/lib/errors'
import { Caip, EvmAddress, type Caip2 } from '@/lib/money'
import { decodeJson } from '@/lib/protocol-shared'
import type * as Slots from '../Slots'
import * as Wire from '../Credential'

/** The challenge as the credential echoes it, still encoded, because its id covers the encoded form. */
export type EchoedChallenge = Slots.ChallengeSlots & { id: string }

/** A session credential with the challenge that it answers. */
export type AnsweredSessionChallenge = { credential: SessionCredential; echo: EchoedChallenge }

/** MPP's channel credentials, for channels of the reserve. */
export type SessionCredential = Exclude<ChannelProtocol.ChannelCredential, { action: 'deposit' }> & {
  descriptor: Reserve.ReserveDescriptor
}

type Members = Record<string, unknown>

/**
 * The session credential in these headers; undefined if there is none or it has another intent. Runs for every
 * voucher, so it is written by hand: a schema would double the time of a request.
 * @param networkOf the network of an echo whose challenge was verified before; saves decoding it.
 * @throws AppError payment-malformed | malformed-credential | method-unsupported
 */
export function fromHeaders(
  headers: Headers,
  networkOf: (echo: EchoedChallenge) => Caip2 | undefined = () => undefined,
): AnsweredSessionChallenge | undefined {
  const text = Wire.findOne(headers)
  if (text === undefined) return undefined
  const decoded = Wire.decode(text)
  if (!isMembers(decoded) || !isMembers(decoded.challenge) || decoded.challenge.intent !== 'session') return undefined
  const echo = toEcho(decoded.challenge)
  const network = networkOf(echo) ?? readNetwork(echo.request)
  const payload = membersIn(decoded, 'payload', '')
  const named: Named = {
    protocol: 'mpp',
    wire: 'mpp tempo session',
    network,
    channelId: hexIn(payload, 'channelId', bytes32),
    descriptor: toDescriptor(membersIn(payload, 'descriptor', 'payload.')),
    challengeId: echo.id,
    source: decoded.source === undefined ? undefined : textIn(decoded, 'source', '').slice(0, 200),
    quoteToken: quoteIn(echo.opaque),
  }
  return { credential: toAction(named, payload), echo }
}

type Named = Pick<
  ChannelProtocol.ChannelCredential,
  'wire' | 'network' | 'channelId' | 'challengeId' | 'source' | 'quoteToken'
> & {
  protocol: 'mpp'
  descriptor: Reserve.ReserveDescriptor
}

function toAction(named: Named, payload: Members): SessionCredential {
  const { action } = payload
  switch (action) {
    case 'voucher':
    case 'close':
      return { ...named, action, ...toVoucher(payload) }
    case 'open': {
      const transaction = transactionIn(payload)
      const { authorizedSigner } = payload
      if (
        authorizedSigner !== undefined &&
        hexIn(payload, 'authorizedSigner', address) !== named.descriptor.authorizedSigner
      )
        throw malformed('payload.authorizedSigner', 'is not the one of the descriptor')
      return { ...named, action, transaction, ...toVoucher(payload) }
    }
    case 'topUp':
      return {
        ...named,
        action,
        transaction: transactionIn(payload),
        addedBase: amountIn(payload, 'additionalDeposit'),
      }
    default:
      throw malformed('payload.action', 'must be open, topUp, voucher or close')
  }
}

function toVoucher(payload: Members): ChannelProtocol.Voucher {
  return { cumulativeBase: amountIn(payload, 'cumulativeAmount'), signature: hexIn(payload, 'signature', bytes) }
}

function toDescriptor(members: Members): Reserve.ReserveDescriptor {
  const at = 'payload.descriptor.'
  return {
    payer: hexIn(members, 'payer', address, at),
    payee: hexIn(members, 'payee', address, at),
    operator: hexIn(members, 'operator', address, at),
    token: hexIn(members, 'token', address, at),
    salt: hexIn(members, 'salt', bytes32, at),
    authorizedSigner: hexIn(members, 'authorizedSigner', address, at),
    expiringNonceHash: hexIn(members, 'expiringNonceHash', bytes32, at),
  }
}

function toEcho(challenge: Members): EchoedChallenge {
  const at = 'challenge.'
  const optional = (name: string) => (challenge[name] === undefined ? '' : textIn(challenge, name, at))
  if (textIn(challenge, 'method', at) !== 'tempo')
    throw new AppError('method-unsupported', 'Sessions are offered here by the method tempo only.')
  const header = optional('header')
  return {
    id: textIn(challenge, 'id', at),
    realm: textIn(challenge, 'realm', at),
    method: 'tempo',
    intent: 'session',
    request: textIn(challenge, 'request', at),
    expires: optional('expires'),
    digest: optional('digest'),
    // Challenges never write the default header name, so it is bound as absent.
    ...(header !== '' && header.toLowerCase() !== 'authorization' && { header }),
    opaque: optional('opaque'),
  }
}

/** The quote token in the echoed `opaque`; undefined if `opaque` is not ours. */
function quoteIn(opaque: string): string | undefined {
  try {
    const { quote } = JSON.parse(Buffer.from(opaque, 'base64url').toString('utf8')) as { quote?: unknown }
    return typeof quote === 'string' ? quote : undefined
  } catch {
    return undefined
  }
}

function readNetwork(request: string): Caip2 {
  let decoded: unknown
  try {
    decoded = decodeJson(request.replace(/={1,2}$/, ''), 'base64url')
  } catch (error) {
    throw malformed('challenge.request', error instanceof TypeError ? error.message : 'cannot be read', error)
  }
  const at = 'challenge.request'
  if (!isMembers(decoded)) throw malformed(at, 'is not an object')
  const { chainId } = membersIn(decoded, 'methodDetails', `${at}.`)
  if (!Number.isSafeInteger(chainId)) throw malformed(`${at}.methodDetails.chainId`, 'is not a chain id')
  const network = Caip.fromChainId(Number(chainId))
  if (!chains.some((chain) => chain.network === network && chain.family === 'tempo'))
    throw new AppError('method-unsupported', 'The network of the session is not one that is offered here.')
  return network
}

/** Returns what is wrong with a text, in words that follow its name; undefined if it is valid. */
type Shape = (text: string) => string | undefined
const like =
  (pattern: RegExp, words: string): Shape =>
  (text) =>
    pattern.test(text) ? undefined : words
const address: Shape = EvmAddress.faultOf
const bytes32 = like(/^0x[0-9a-fA-F]{64}$/, 'must be 0x and 64 hex digits')
/** Signatures of other key types parse; the signature check refuses them later. */
const bytes = like(/^0x(?:[0-9a-fA-F]{2})+$/, 'must be 0x and pairs of hex digits')

/** Lower-case, so that two spellings of one credential become the same text. */
function hexIn(members: Members, name: string, faultOf: Shape, at = 'payload.'): Hex {
  const value = members[name]
  const fault = typeof value === 'string' ? faultOf(value) : 'is missing or of the wrong type'
  if (typeof value !== 'string' || fault) throw malformed(`${at}${name}`, fault ?? '')
  return value.toLowerCase() as Hex
}

/** A uint96 in decimal digits. `BigInt` alone would also accept "", " 1 " and "0x10". */
function amountIn(members: Members, name: string): bigint {
  const value = members[name]
  if (typeof value !== 'string' || !/^(?:0|[1-9][0-9]{0,28})$/.test(value))
    throw malformed(`payload.${name}`, 'must be a decimal integer without sign, blank or leading zero')
  const amountBase = BigInt(value)
  if (amountBase > Reserve.amountMax) throw malformed(`payload.${name}`, 'must fit 96 bits')
  return amountBase
}

function transactionIn(payload: Members): Hex {
  if (typeof payload.type === 'string' && payload.type !== 'transaction')
    throw new AppError('method-unsupported', 'The only credential type that is taken for this action is "transaction".')
  if (payload.type !== 'transaction') throw malformed('payload.type', 'must be "transaction"')
  return hexIn(payload, 'transaction', bytes)
}

function textIn(members: Members, name: string, at: string): string {
  const value = members[name]
  if (typeof value !== 'string' || value === '') throw malformed(`${at}${name}`, 'is missing or of the wrong type')
  return value
}

function membersIn(members: Members, name: string, at: string): Members {
  const value = members[name]
  if (!isMembers(value)) throw malformed(`${at}${name}`, 'is missing or of the wrong type')
  return value
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function malformed(field: string, reason: string, cause?: unknown): AppError {
  return Wire.malformed(`${field} ${reason}`, cause)
}
