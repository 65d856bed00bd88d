import { getAddressDecoder, type Address, type EncodedAccount } from '@solana/kit'
import type { LiteSVM } from 'litesvm'

/** The balance of a token account, as in a transaction's `meta`. */
export type TokenBalance = {
  accountIndex: number
  mint: string
  owner: string
  programId: string
  uiTokenAmount: { amount: string; decimals: number; uiAmountString: string }
}

export const tokenProgram = 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA' as Address
export const accountSize = 165
const mintSize = 82
const addresses = getAddressDecoder()

/** The token accounts among these, in their order. */
export function tokenBalances(svm: LiteSVM, accounts: readonly Address[]): TokenBalance[] {
  return accounts.flatMap((at, accountIndex) => {
    const account = svm.getAccount(at)
    const held = account.exists ? readHolding(account) : undefined
    if (!held) return []
    const mint = svm.getAccount(held.mint)
    const decimals = mint.exists && mint.data.length === mintSize ? (mint.data[44] ?? 0) : 0
    return [
      {
        accountIndex,
        mint: held.mint,
        owner: held.owner,
        programId: tokenProgram,
        uiTokenAmount: {
          amount: held.amountBase.toString(),
          decimals,
          uiAmountString: toUi(held.amountBase, decimals),
        },
      },
    ]
  })
}

/** The first 72 bytes of a token account. */
export function readHolding(account: EncodedAccount) {
  if (account.programAddress !== tokenProgram || account.data.length !== accountSize) return undefined
  const view = new DataView(account.data.buffer, account.data.byteOffset)
  return {
    mint: addresses.decode(account.data.subarray(0, 32)),
    owner: addresses.decode(account.data.subarray(32, 64)),
    amountBase: view.getBigUint64(64, true),
  }
}

export function toUi(amountBase: bigint, decimals: number): string {
  const digits = amountBase.toString().padStart(decimals + 1, '0')
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '')
  return digits.slice(0, digits.length - decimals) + (fraction ? `.${fraction}` : '')
}
