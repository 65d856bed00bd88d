import { recoverMessageAddress } from 'viem'
import { parseSiweMessage } from 'viem/siwe'
import { z } from 'zod'
import { Address, Svm } from '@/lib/chains'
import { AppError } from '@/lib/errors'
import * as Challenge from './Challenge'
import * as SolanaMessage from './SolanaMessage'

/** A wallet's signature: EIP-191 over EIP-4361 (65 bytes), or Ed25519 over Solana's form of it (64 bytes). */
const Input = z.object({
  message: z.string().max(4_096),
  signature: z
    .string()
    .regex(/^0x[0-9a-fA-F]{128}([0-9a-fA-F]{2})?$/)
    .transform((text) => text as `0x${string}`),
})

/** A signed message before its signature is checked. */
export type SignedMessage = {
  nonce: string | undefined
  /** NaN if the message states none. */
  issuedAtMs: number
  /** The first difference to the challenge with this statement (by default the sign-in's), as a sentence. */
  findFault(nowMs: number, statement?: string): string | undefined
  /** The canonical address of the signer, if the message names it. */
  prove(): Promise<string | undefined>
}

/** @throws AppError not-signed-in if the input is not a signed message. */
export function readSigned(input: unknown): SignedMessage {
  const parsed = Input.safeParse(input)
  if (!parsed.success) throw refused('Send { message, signature } as the wallet made them.')
  const { message, signature } = parsed.data
  return signature.length === 130 ? ofSolana(message, signature) : ofEvm(message, signature)
}

/** Ordinary accounts (EOA) only: contract wallets need a chain read (EIP-1271) and are refused. */
function ofEvm(text: string, signature: `0x${string}`): SignedMessage {
  const message = parseSiweMessage(text)
  return {
    nonce: message.nonce,
    issuedAtMs: message.issuedAt?.getTime() ?? NaN,
    findFault: (nowMs, statement) => Challenge.findFault(message, nowMs, statement),
    prove: async () => {
      const signer = await recoverMessageAddress({ message: text, signature }).catch(() => undefined)
      return signer?.toLowerCase() === message.address?.toLowerCase() ? signer?.toLowerCase() : undefined
    },
  }
}

function ofSolana(text: string, signature: `0x${string}`): SignedMessage {
  const read = SolanaMessage.read(text)
  if (!read) throw refused('The message is not one of Sign-In with Solana as this server asks for it.')
  const { address, message } = read
  return {
    nonce: message.nonce,
    issuedAtMs: message.issuedAt?.getTime() ?? NaN,
    findFault: (nowMs, statement) =>
      Challenge.findFault({ ...message, chainId: Challenge.signInChainId() }, nowMs, statement),
    prove: async () => {
      const isWallet = Address.isValid('solana:any', address)
      const bytes = Buffer.from(signature.slice(2), 'hex')
      return isWallet && Svm.isSignedBy(address, Buffer.from(text), bytes) ? address : undefined
    },
  }
}

export function refused(sentence: string): AppError {
  return new AppError('not-signed-in', sentence)
}
