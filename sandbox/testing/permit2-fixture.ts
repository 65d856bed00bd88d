import { ExactEvmScheme } from '@x402/evm/exact/client'
import { UptoEvmScheme } from '@x402/evm/upto/client'
import type { Address, Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts'
import { evmNetwork, fundUsdc, usdc } from '../evm'
import { approvePermit2Data } from '../permit2'
import { chains } from './chains'

// Permit2 payloads as x402's own client makes them.

/** An agent's payload, as `@x402/evm` writes it. */
export type Signed = {
  signature: Hex
  permit2Authorization: {
    from: Address
    permitted: { token: Address; amount: string }
    spender: Address
    nonce: string
    deadline: string
    witness: { to: Address; facilitator?: Address; validAfter: string }
  }
}

export type Asked = { amountBase: bigint; payTo: Address; token?: Address; facilitator?: Address; seconds?: number }

/** Signs by the scheme `upto` when a facilitator is named, else by `exact`. */
export async function signPermit2(
  payer: Pick<PrivateKeyAccount, 'address' | 'signTypedData'>,
  { amountBase, payTo, token = usdc, facilitator, seconds = 300 }: Asked,
): Promise<Signed> {
  const requirements = {
    scheme: facilitator ? 'upto' : 'exact',
    network: evmNetwork,
    amount: amountBase.toString(),
    asset: token,
    payTo,
    maxTimeoutSeconds: seconds,
    extra: { assetTransferMethod: 'permit2', ...(facilitator && { facilitatorAddress: facilitator }) },
  } as const
  const scheme = facilitator
    ? new UptoEvmScheme(payer as PrivateKeyAccount)
    : new ExactEvmScheme(payer as PrivateKeyAccount)
  const { payload } = await scheme.createPaymentPayload(2, requirements)
  return payload as Signed
}

/** A new wallet with this much USDC, which lets Permit2 move `allowanceBase` of it. It has nothing for gas. */
export async function permit2Payer(balanceBase: bigint, allowanceBase = balanceBase): Promise<PrivateKeyAccount> {
  const { evm } = chains()
  const payer = privateKeyToAccount(generatePrivateKey())
  await fundUsdc(evm, payer.address, balanceBase)
  if (allowanceBase > 0n) await sendAs(payer.address, usdc, approvePermit2Data(allowanceBase))
  return payer
}

/** Sends a call as any account, without its key and at no cost to it. @throws Error when it reverts. */
export async function sendAs(from: Address, to: Address, data: Hex): Promise<void> {
  const { rpc } = chains().evm
  const balance = await rpc<Hex>('eth_getBalance', [from, 'latest'])
  await rpc('anvil_setBalance', [from, '0xde0b6b3a7640000'])
  await rpc('anvil_impersonateAccount', [from])
  try {
    const hash = await rpc<Hex>('eth_sendTransaction', [{ from, to, data }])
    await rpc('evm_mine', [])
    const receipt = await rpc<{ status: Hex }>('eth_getTransactionReceipt', [hash])
    if (receipt.status !== '0x1') throw new Error(`the call ${hash} reverted`)
  } finally {
    await rpc('anvil_stopImpersonatingAccount', [from])
    await rpc('anvil_setBalance', [from, balance])
  }
}
