import { createWalletClient, defineChain, encodeFunctionData, http, parseAbi, type Address, type Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts'
import { beforeAll, inject } from 'vitest'
import { sendFromFaucet } from '../anvil'
import { compile } from '../compile'
import { fundGas, multicall3, putCode } from '../evm'
import { chains } from './chains'

// Accounts whose keys have delegated them to code (EIP-7702).

const { evm } = chains()
/** Code without ERC-1271. */
export const silentCode: Address = multicall3
/** Code that accepts the signatures of the account's owner. Each delegated account names its owner first (`initialize`). */
export const answeringCode: Address = '0x5a00000000000000000000000000000000000011'
const abi = parseAbi(['function initialize(address owner)'])

/** Puts `answeringCode` on the chain of this test file. Call it once. */
export function setUpDelegations(): void {
  beforeAll(() => putCode(evm, answeringCode, compile('SmartAccount', inject('chainsDir'))))
}

/** Sets the delegation of a key's account in a transaction of another account. The zero address removes it. */
export async function delegate(account: PrivateKeyAccount, to: Address): Promise<void> {
  const sender = privateKeyToAccount(generatePrivateKey())
  await fundGas(evm, sender.address, 10n ** 18n)
  const [chainId, nonce] = await Promise.all([
    evm.rpc<Hex>('eth_chainId', []),
    evm.rpc<Hex>('eth_getTransactionCount', [account.address, 'latest']),
  ])
  const chain = defineChain({
    id: Number(chainId),
    name: 'local',
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [evm.url] } },
  })
  const wallet = createWalletClient({ account: sender, chain, transport: http() })
  const about = { contractAddress: to, chainId: Number(chainId), nonce: Number(nonce) }
  const hash = await wallet.sendTransaction({
    to: sender.address,
    authorizationList: [await account.signAuthorization(about)],
    gas: 200_000n,
  })
  await evm.rpc('evm_mine', [])
  const receipt = await evm.rpc<{ status: Hex } | null>('eth_getTransactionReceipt', [hash])
  if (receipt?.status !== '0x1') throw new Error('the delegation was not included')
}

/** Delegates to `answeringCode`, for signatures of this owner. */
export async function delegateTo(account: PrivateKeyAccount, owner: Address): Promise<void> {
  await delegate(account, answeringCode)
  await sendFromFaucet(evm.rpc, account.address, encodeFunctionData({ abi, args: [owner] }))
}
