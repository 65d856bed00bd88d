import { x402ExactPermit2ProxyABI as exactAbi, x402UptoPermit2ProxyABI as uptoAbi } from '@x402/evm'
import { createPublicClient, hashDomain, http, maxUint256, parseAbi, parseSignature, type Hex } from 'viem'
import { baseSepolia } from 'viem/chains'
import { encodeFunctionData } from 'viem/utils'
import { expect, inject, test } from 'vitest'
import { faucet } from './anvil'
import { compile } from './compile'
import { fundUsdc, putCode, tokenBalance, usdc } from './evm'
import { approvePermit2Data, exactProxy, permit2, uptoProxy } from './permit2'
import { chains } from './testing/chains'
import { permit2Payer, sendAs, signPermit2, type Asked, type Signed } from './testing/permit2-fixture'

const abi = parseAbi([
  'function DOMAIN_SEPARATOR() view returns (bytes32)',
  'function nonceBitmap(address owner, uint256 word) view returns (uint256)',
  'function invalidateUnorderedNonces(uint256 word, uint256 mask)',
  'error InvalidNonce()',
  'error InvalidSigner()',
  'error InvalidContractSignature()',
  'error SignatureExpired(uint256)',
])
const errors = abi.filter((item) => item.type === 'error')
const payTo = '0x1111111111111111111111111111111111111111'
const client = createPublicClient({ chain: baseSepolia, transport: http(chains().evm.url) })

const asked = (more: Partial<Asked> = {}): Asked => ({ amountBase: 1_000n, payTo, ...more })
const permitOf = ({ permit2Authorization: { permitted, nonce, deadline } }: Signed) => ({
  permitted: { token: permitted.token, amount: BigInt(permitted.amount) },
  nonce: BigInt(nonce),
  deadline: BigInt(deadline),
})
const witnessOf = ({ permit2Authorization: { witness } }: Signed) => ({
  to: witness.to,
  validAfter: BigInt(witness.validAfter),
})

/** Tries it first, so that a revert brings its name. */
async function settle(signed: Signed, from: Hex = faucet): Promise<bigint> {
  const { signature, permit2Authorization } = signed
  const args = [permitOf(signed), permit2Authorization.from, witnessOf(signed), signature] as const
  await client.simulateContract({
    account: from,
    address: exactProxy,
    abi: [...exactAbi, ...errors],
    functionName: 'settle',
    args,
  })
  const before = await tokenBalance(chains().evm, usdc, permit2Authorization.witness.to)
  await sendAs(from, exactProxy, encodeFunctionData({ abi: exactAbi, functionName: 'settle', args }))
  return (await tokenBalance(chains().evm, usdc, permit2Authorization.witness.to)) - before
}

async function settleUpto(signed: Signed, amountBase: bigint, from: Hex): Promise<bigint> {
  const { signature, permit2Authorization } = signed
  const { facilitator = faucet } = permit2Authorization.witness
  const witness = { ...witnessOf(signed), facilitator }
  const args = [permitOf(signed), amountBase, permit2Authorization.from, witness, signature] as const
  const call = { address: uptoProxy, abi: [...uptoAbi, ...errors], functionName: 'settle', args } as const
  await client.simulateContract({ ...call, account: from })
  const before = await tokenBalance(chains().evm, usdc, permit2Authorization.witness.to)
  await sendAs(from, uptoProxy, encodeFunctionData({ abi: uptoAbi, functionName: 'settle', args }))
  return (await tokenBalance(chains().evm, usdc, permit2Authorization.witness.to)) - before
}

test('the domain is that of the canonical contract', async () => {
  expect(await client.readContract({ address: permit2, abi, functionName: 'DOMAIN_SEPARATOR' })).toBe(
    hashDomain({
      domain: { name: 'Permit2', chainId: 84_532n, verifyingContract: permit2 },
      types: {
        EIP712Domain: [
          { name: 'name', type: 'string' },
          { name: 'chainId', type: 'uint256' },
          { name: 'verifyingContract', type: 'address' },
        ],
      },
    }),
  )
})

test('exact moves what was signed once, from any submitter', async () => {
  const payer = await permit2Payer(5_000n)
  const signed = await signPermit2(payer, asked())
  const changed = { ...signed, permit2Authorization: { ...signed.permit2Authorization, from: faucet } } as Signed
  await expect(settle(changed)).rejects.toThrow(/InvalidSigner/)
  expect(await settle(signed)).toBe(1_000n)
  await expect(settle(signed)).rejects.toThrow(/InvalidNonce/)
  await expect(settle(await signPermit2(payer, asked({ seconds: -1_000 })))).rejects.toThrow(/SignatureExpired/)
  await expect(settle(await signPermit2(payer, asked({ amountBase: 5_000n })))).rejects.toThrow(/TRANSFER_FROM_FAILED/)
  await expect(settle(await signPermit2(payer, asked({ amountBase: 0n })))).rejects.toThrow(/InvalidAmount/)
})

test('upto moves at most what was signed, for the named facilitator only', async () => {
  const payer = await permit2Payer(5_000n)
  const signed = await signPermit2(payer, asked({ facilitator: faucet }))
  await expect(settleUpto(signed, 1n, payTo)).rejects.toThrow(/UnauthorizedFacilitator/)
  await expect(settleUpto(signed, 1_001n, faucet)).rejects.toThrow(/AmountExceedsPermitted/)
  expect(await settleUpto(signed, 400n, faucet)).toBe(400n)
  await expect(settleUpto(signed, 400n, faucet)).rejects.toThrow(/InvalidNonce/)
})

test('an invalidated nonce never pays', async () => {
  const payer = await permit2Payer(5_000n)
  const signed = await signPermit2(payer, asked())
  const nonce = BigInt(signed.permit2Authorization.nonce)
  const args = [nonce >> 8n, 1n << (nonce & 0xffn)] as const
  await sendAs(payer.address, permit2, encodeFunctionData({ abi, functionName: 'invalidateUnorderedNonces', args }))
  expect(
    await client.readContract({ address: permit2, abi, functionName: 'nonceBitmap', args: [payer.address, args[0]] }),
  ).toBe(args[1])
  await expect(settle(signed)).rejects.toThrow(/InvalidNonce/)
})

test('settleWithPermit brings its own allowance', async () => {
  const payer = await permit2Payer(5_000n, 0n)
  const signed = await signPermit2(payer, asked())
  await expect(settle(signed)).rejects.toThrow(/TRANSFER_FROM_FAILED/)
  const permit = { owner: payer.address, spender: permit2, value: 1_000n, nonce: 0n, deadline: maxUint256 }
  const signature = await payer.signTypedData({
    domain: { name: 'USDC', version: '2', chainId: 84_532, verifyingContract: usdc },
    types: {
      Permit: [
        { name: 'owner', type: 'address' },
        { name: 'spender', type: 'address' },
        { name: 'value', type: 'uint256' },
        { name: 'nonce', type: 'uint256' },
        { name: 'deadline', type: 'uint256' },
      ],
    },
    primaryType: 'Permit',
    message: permit,
  })
  const { v, r, s } = parseSignature(signature)
  const permit2612 = { value: 1_000n, deadline: maxUint256, r, s, v: Number(v) }
  const args = [permit2612, permitOf(signed), payer.address, witnessOf(signed), signed.signature] as const
  const call = { address: exactProxy, abi: exactAbi, functionName: 'settleWithPermit', args } as const
  const other = [{ ...permit2612, value: 999n }, ...args.slice(1)] as unknown as typeof args
  await expect(client.simulateContract({ ...call, args: other })).rejects.toThrow(/Permit2612AmountMismatch/)
  await sendAs(faucet, exactProxy, encodeFunctionData(call))
  expect(await tokenBalance(chains().evm, usdc, payer.address)).toBe(4_000n)
})

test('an account with code answers for itself', async () => {
  const owner = await permit2Payer(0n, 0n)
  const account = '0x5a00000000000000000000000000000000000001'
  await putCode(chains().evm, account, compile('SmartAccount', inject('chainsDir')))
  const accountAbi = parseAbi(['function initialize(address owner)'])
  await sendAs(faucet, account, encodeFunctionData({ abi: accountAbi, args: [owner.address] }))
  await fundUsdc(chains().evm, account, 5_000n)
  await sendAs(account, usdc, approvePermit2Data(5_000n))
  const byOwner = { address: account, signTypedData: owner.signTypedData } as const
  expect(await settle(await signPermit2(byOwner, asked()))).toBe(1_000n)
  const other = await permit2Payer(0n, 0n)
  const byOther = { address: account, signTypedData: other.signTypedData } as const
  await expect(settle(await signPermit2(byOther, asked()))).rejects.toThrow(/InvalidContractSignature/)
})
