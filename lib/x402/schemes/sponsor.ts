import type { PaymentRequirements } from '@x402/core/types'
import { concat, keccak256, numberToHex, parseTransaction, serializeTransaction, type Hex } from 'viem'
import { z } from 'zod'
import { Eip2612, Erc20, Permit2, recoverSigner, spellOut, type Sponsor } from '@/lib/chains'
import { Caip, type Asset } from '@/lib/money'
import { refused, shapes } from '@/lib/protocol-shared'

// The two extensions by which a payer that never approved Permit2 sends the allowance with the payment.

export const permitKey = 'eip2612GasSponsoring'
export const approvalKey = 'erc20ApprovalGasSponsoring'

/** The payment that needs the allowance. */
type Payment = { from: string; asset: Asset; value: string; nowMs: number }

const about = { from: shapes.address, asset: shapes.address, spender: shapes.address, amount: shapes.uint }
const Permit = z.object({
  info: z.object({ ...about, nonce: shapes.uint, deadline: shapes.uint, signature: shapes.signature }),
})
const Approval = z.object({ info: z.object({ ...about, signedTransaction: shapes.hex(2_048) }) })

/** Time that a settlement needs. */
const leftMsMin = 6_000
/** `approve` uses a third of it in every token known to us. */
const gasMax = 200_000n

type Declared = Readonly<Record<string, { info: object; schema: object }>>

/** The extensions that a 402 with these offers declares: a permit if the token has EIP-2612, else an approval. Pure. */
export function declare(accepts: readonly Pick<PaymentRequirements, 'extra'>[]): Declared {
  const tokens = accepts.filter(({ extra }) => extra.assetTransferMethod === 'permit2')
  const hasPermit = ({ extra }: (typeof tokens)[number]) => extra.name !== undefined
  return {
    ...(tokens.some(hasPermit) && {
      [permitKey]: toDeclaration('A permit (EIP-2612) to Permit2 is sent along.', permitMembers),
    }),
    ...(tokens.some((token) => !hasPermit(token)) && {
      [approvalKey]: toDeclaration(
        'A signed approve of Permit2 is sent ahead; the wallet pays its gas.',
        approvalMembers,
      ),
    }),
  }
}

const aboutMembers = ['from', 'asset', 'spender', 'amount']
const permitMembers = [...aboutMembers, 'nonce', 'deadline', 'signature', 'version']
const approvalMembers = [...aboutMembers, 'signedTransaction', 'version']

function toDeclaration(description: string, required: readonly string[]) {
  const properties = Object.fromEntries(required.map((name) => [name, { type: 'string' }]))
  const $schema = 'https://json-schema.org/draft/2020-12/schema'
  return { info: { description, version: '1' }, schema: { $schema, type: 'object', properties, required } }
}

/**
 * The allowance in a payload's extensions; undefined if the client only echoes those of the 402.
 * @throws AppError verification-failed, naming the wrong member.
 */
export function sponsorOf(extensions: Record<string, unknown>, payment: Payment): Sponsor | undefined {
  if (isFilled(extensions[permitKey], 'signature')) return permitOf(extensions[permitKey], payment)
  if (isFilled(extensions[approvalKey], 'signedTransaction')) return approvalOf(extensions[approvalKey], payment)
  return undefined
}

function isFilled(extension: unknown, member: string): boolean {
  const info = (extension as { info?: unknown } | null | undefined)?.info
  return typeof info === 'object' && info !== null && member in info
}

function permitOf(extension: unknown, payment: Payment): Sponsor {
  const { info } = parse(permitKey, Permit, extension)
  assertAbout(permitKey, info, payment)
  const { amount: value, nonce, deadline, signature } = info
  // The proxy takes exactly the amount of the payment.
  if (value !== payment.value) throw wrong(permitKey, 'amount', 'is not the amount of the payment')
  if (BigInt(deadline) * 1000n < BigInt(payment.nowMs + leftMsMin)) throw wrong(permitKey, 'deadline', 'is over')
  if (!payment.asset.eip712) throw wrong(permitKey, 'asset', 'has no EIP-2612')
  const digest = Eip2612.digest(payment.asset, payment.from, Permit2.address, { value, nonce, deadline })
  // The proxy takes r, s and v separately. If the payer's address has code, the token calls that code;
  // `checkInstrument` simulates it.
  const canonical = spellOut(signature)
  if (!canonical || signerOf(digest, canonical) !== payment.from)
    throw wrong(permitKey, 'signature', 'is not by the payer')
  return { kind: 'eip2612', value, nonce, deadline, signature: canonical }
}

function approvalOf(extension: unknown, payment: Payment): Sponsor {
  const { info } = parse(approvalKey, Approval, extension)
  assertAbout(approvalKey, info, payment)
  const bytes = info.signedTransaction
  const transaction = read(bytes)
  if (!transaction) throw wrong(approvalKey, 'signedTransaction', 'is no signed EIP-1559 transaction')
  const { to, data = '0x', value = 0n, gas = 0n, nonce = 0, maxFeePerGas = 0n, chainId, signer } = transaction
  if (signer !== payment.from) throw wrong(approvalKey, 'signedTransaction', 'is not signed by the payer')
  if (chainId !== Caip.toChainId(payment.asset.network))
    throw wrong(approvalKey, 'signedTransaction', 'is for another chain')
  const approved = Erc20.approvedBy(data, Permit2.address)
  if (to?.toLowerCase() !== payment.asset.address.toLowerCase() || value !== 0n || approved === undefined)
    throw wrong(approvalKey, 'signedTransaction', 'is no approve of Permit2 for this token')
  if (approved < BigInt(payment.value)) throw wrong(approvalKey, 'signedTransaction', 'approves less than the payment')
  if (gas > gasMax) throw wrong(approvalKey, 'signedTransaction', `takes more than ${gasMax} gas`)
  return { kind: 'approval', bytes, hash: keccak256(bytes), nonce, feeWei: (gas * maxFeePerGas).toString() }
}

function assertAbout(key: string, info: Record<'from' | 'asset' | 'spender', string>, { from, asset }: Payment): void {
  if (info.from !== from) throw wrong(key, 'from', 'is not the payer')
  if (info.asset !== asset.address.toLowerCase()) throw wrong(key, 'asset', 'is not the token of the payment')
  if (info.spender !== Permit2.address.toLowerCase()) throw wrong(key, 'spender', 'is not Permit2')
}

function read(bytes: Hex) {
  try {
    const { r, s, v: _v, yParity, ...unsigned } = parseTransaction(bytes as `0x02${string}`)
    if (unsigned.type !== 'eip1559' || r === undefined || s === undefined || yParity === undefined) return undefined
    const signature = concat([r, s, numberToHex(27 + yParity, { size: 1 })])
    return { ...unsigned, signer: signerOf(keccak256(serializeTransaction(unsigned)), signature) }
  } catch {
    return undefined
  }
}

function signerOf(digest: Hex, signature: Hex): string | undefined {
  try {
    return recoverSigner(digest, signature)
  } catch {
    return undefined
  }
}

function parse<T extends z.ZodType>(key: string, schema: T, value: unknown): z.infer<T> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw refused('sponsor', `extensions.${key}.${shapes.explain(result.error)}.`)
}

function wrong(key: string, member: string, problem: string) {
  return refused('sponsor', `extensions.${key}.info.${member} ${problem}.`)
}
