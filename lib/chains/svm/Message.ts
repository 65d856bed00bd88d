import {
  AccountRole,
  appendTransactionMessageInstructions,
  compileTransaction,
  createTransactionMessage,
  pipe,
  setTransactionMessageFeePayer,
  setTransactionMessageLifetimeUsingBlockhash,
  type Address,
  type Blockhash,
  type Instruction as Compilable,
} from '@solana/kit'
import * as Ata from './Ata'
import {
  associatedTokenProgram,
  computeBudgetProgram,
  memoProgram,
  setComputeUnitLimit,
  setComputeUnitPrice,
  systemProgram,
  tokenProgram,
  transferChecked,
} from './programs'

/** An instruction as data, as it is stored. */
export type SvmInstruction = {
  program: string
  accounts: readonly { address: string; isSigner: boolean; isWritable: boolean }[]
  /** Base64. */
  data: string
}

export type SplTransfer = { mint: string; decimals: number; from: string; to: string; amountBase: bigint; memo: string }

/** Moves tokens between two owners' conventional accounts; a missing receiving account is created at `from`'s cost. */
export function transfer({ mint, decimals, from, to, amountBase, memo }: SplTransfer): readonly SvmInstruction[] {
  const [source, destination] = [Ata.of(from, mint), Ata.of(to, mint)]
  const data = Buffer.alloc(10)
  data.writeUInt8(transferChecked, 0)
  data.writeBigUInt64LE(amountBase, 1)
  data.writeUInt8(decimals, 9)
  const signer = { address: from, isSigner: true, isWritable: true }
  const createIdempotent = Buffer.of(1)
  return [
    instruction(associatedTokenProgram, createIdempotent, [
      signer,
      writable(destination),
      readable(to),
      readable(mint),
      readable(systemProgram),
      readable(tokenProgram),
    ]),
    instruction(tokenProgram, data, [writable(source), readable(mint), writable(destination), signer]),
    instruction(memoProgram, Buffer.from(memo), []),
  ]
}

/** The message for `feePayer` to sign: these instructions after a limit and a price of compute units. */
export function compile(
  instructions: readonly SvmInstruction[],
  { feePayer, blockhash, units, unitPrice }: { feePayer: string; blockhash: string; units: number; unitPrice: bigint },
): Uint8Array {
  const limit = Buffer.alloc(5)
  limit.writeUInt8(setComputeUnitLimit, 0)
  limit.writeUInt32LE(units, 1)
  const price = Buffer.alloc(9)
  price.writeUInt8(setComputeUnitPrice, 0)
  price.writeBigUInt64LE(unitPrice, 1)
  const budget = [limit, price].map((data) => instruction(computeBudgetProgram, data, []))
  const lifetime = { blockhash: blockhash as Blockhash, lastValidBlockHeight: 0n }
  const { messageBytes } = pipe(
    createTransactionMessage({ version: 0 }),
    (message) => setTransactionMessageFeePayer(feePayer as Address, message),
    (message) => setTransactionMessageLifetimeUsingBlockhash(lifetime, message),
    (message) => appendTransactionMessageInstructions([...budget, ...instructions].map(toCompilable), message),
    compileTransaction,
  )
  return Uint8Array.from(messageBytes)
}

/** The accounts that these instructions write: the current price depends on them. */
export function writableOf(instructions: readonly SvmInstruction[]): string[] {
  const all = instructions.flatMap(({ accounts }) => accounts.filter(({ isWritable }) => isWritable))
  return [...new Set(all.map(({ address }) => address))]
}

/** The bytes of a transaction that only its fee payer signs. */
export function seal(signature: Uint8Array, message: Uint8Array): Buffer {
  return Buffer.concat([Uint8Array.of(1), signature, message])
}

function toCompilable({ program, accounts, data }: SvmInstruction): Compilable {
  return {
    programAddress: program as Address,
    accounts: accounts.map(({ address, isSigner, isWritable }) => ({
      address: address as Address,
      role: isSigner
        ? isWritable
          ? AccountRole.WRITABLE_SIGNER
          : AccountRole.READONLY_SIGNER
        : isWritable
          ? AccountRole.WRITABLE
          : AccountRole.READONLY,
    })),
    data: Uint8Array.from(Buffer.from(data, 'base64')),
  }
}

function instruction(program: string, data: Buffer, accounts: SvmInstruction['accounts']): SvmInstruction {
  return { program, accounts, data: data.toString('base64') }
}

const writable = (address: string) => ({ address, isSigner: false, isWritable: true })
const readable = (address: string) => ({ address, isSigner: false, isWritable: false })
