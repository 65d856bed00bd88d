import {
  permit2WitnessTypes,
  uptoPermit2WitnessTypes,
  x402ExactPermit2ProxyABI as exactAbi,
  x402UptoPermit2ProxyABI as uptoAbi,
} from '@x402/evm'
import {
  encodeAbiParameters,
  encodeFunctionData,
  hashTypedData,
  pad,
  parseAbi,
  parseSignature,
  toHex,
  type Hex,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { describe, expect, it } from 'vitest'
import { findAsset } from './Chain'
import * as Eip1271 from './Eip1271'
import * as Eip2612 from './Eip2612'
import * as Eip3009 from './Eip3009'
import * as Erc20 from './Erc20'
import { addressTopic, type Log } from './Log'
import * as Permit2 from './Permit2'

const account = privateKeyToAccount('0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d')
const network = 'eip155:84532'
const token = '0x036cbd53842c5426634e7929541ec2318f3dcf7e'
const asset = findAsset(network, token)
if (!asset) throw new Error('no asset')
const payTo = '0x90f79bf6eb2c4f870365e785982e1f101e93b906'
const facilitator = '0x5de4111afa1a4b94908f83103eb1f1706367c2e6'
const nonce = (2n ** 255n + 777n).toString()
const deadline = 1_790_000_000n
const domain = { name: 'Permit2', chainId: 84_532, verifyingContract: Permit2.address } as const

const exact: Permit2.Permit2Authorization = {
  kind: 'permit2',
  scheme: 'exact',
  from: account.address,
  to: payTo,
  token,
  value: '10000',
  nonce,
  validAfter: '5',
  deadline: deadline.toString(),
  signature: `0x${'ab'.repeat(65)}`,
}
const upto: Permit2.Permit2Authorization = { ...exact, scheme: 'upto', facilitator }
const permit = {
  permitted: { token, amount: 10_000n },
  nonce: BigInt(nonce),
  deadline,
} as const
const permit2612: Eip2612.Permit = {
  kind: 'eip2612',
  value: '10000',
  nonce: '3',
  deadline: deadline.toString(),
  signature: await account.signMessage({ message: 'any' }),
}

describe('Permit2', () => {
  it("digests as x402's clients sign", () => {
    const message = { ...permit, spender: Permit2.proxies.exact, witness: { to: payTo, validAfter: 5n } } as const
    expect(Permit2.digest(network, exact)).toBe(
      hashTypedData({ domain, types: permit2WitnessTypes, primaryType: 'PermitWitnessTransferFrom', message }),
    )
    const witness = { to: payTo, facilitator, validAfter: 5n } as const
    expect(Permit2.digest(network, upto)).toBe(
      hashTypedData({
        domain,
        types: uptoPermit2WitnessTypes,
        primaryType: 'PermitWitnessTransferFrom',
        message: { ...message, spender: Permit2.proxies.upto, witness },
      }),
    )
    expect(Permit2.digest('eip155:137', exact)).not.toBe(Permit2.digest(network, exact))
    expect(() => Permit2.digest(network, { ...exact, scheme: 'upto' })).toThrow(TypeError)
  })

  it("encodes every call of the proxies' interfaces", () => {
    const { v, r, s } = parseSignature(permit2612.signature)
    const tuple = { value: 10_000n, deadline, r, s, v: Number(v) }
    const args = [permit, account.address, { to: payTo, validAfter: 5n }, exact.signature] as const
    expect(Permit2.settleData(exact, 10_000n)).toBe(encodeFunctionData({ abi: exactAbi, functionName: 'settle', args }))
    expect(Permit2.settleData({ ...exact, sponsor: permit2612 }, 10_000n)).toBe(
      encodeFunctionData({ abi: exactAbi, functionName: 'settleWithPermit', args: [tuple, ...args] }),
    )
    const witness = { to: payTo, facilitator, validAfter: 5n } as const
    const some = [permit, 1_234n, account.address, witness, upto.signature] as const
    expect(Permit2.settleData(upto, 1_234n)).toBe(
      encodeFunctionData({ abi: uptoAbi, functionName: 'settle', args: some }),
    )
    expect(Permit2.settleData({ ...upto, sponsor: permit2612 }, 1_234n)).toBe(
      encodeFunctionData({ abi: uptoAbi, functionName: 'settleWithPermit', args: [tuple, ...some] }),
    )
  })

  it('reads nonces by their word and bit', () => {
    const abi = parseAbi(['function nonceBitmap(address owner, uint256 word) view returns (uint256)'])
    expect(Permit2.bitmapData(account.address, nonce)).toBe(
      encodeFunctionData({ abi, args: [account.address, BigInt(nonce) >> 8n] }),
    )
    const bit = BigInt(nonce) & 0xffn
    expect(Permit2.isUsed(1n << bit, nonce)).toBe(true)
    expect(Permit2.isUsed(~(1n << bit) & (2n ** 256n - 1n), nonce)).toBe(false)
    const invalidation = (word: bigint, mask: bigint) => ({
      data: encodeAbiParameters([{ type: 'uint256' }, { type: 'uint256' }], [word, mask]),
    })
    expect(Permit2.invalidates(invalidation(BigInt(nonce) >> 8n, 3n << bit), nonce)).toBe(true)
    expect(Permit2.invalidates(invalidation(BigInt(nonce) >> 8n, 1n << (bit + 1n)), nonce)).toBe(false)
    expect(Permit2.invalidates(invalidation(7n, 1n << bit), nonce)).toBe(false)
  })

  it("takes no transfer that is an EIP-3009 authorization's or another payment's", () => {
    const [from, to] = [addressTopic(account.address), addressTopic(payTo)]
    const moved = (logIndex: number): Log => ({
      address: token,
      topics: [Erc20.transferTopic, from, to],
      data: pad(toHex(5n)),
      logIndex,
    })
    const used: Log = { address: token, topics: [Eip3009.usedTopic, from, pad('0x01')], data: '0x', logIndex: 0 }
    const wanted = { asset: token, from: account.address, to: payTo, value: 5n }
    expect(Permit2.findTransfer([used, moved(1)], wanted, new Set())).toBeUndefined()
    expect(Permit2.findTransfer([used, moved(1), moved(2), moved(3)], wanted, new Set())).toBe(2)
    expect(Permit2.findTransfer([used, moved(1), moved(2), moved(3)], wanted, new Set([2]))).toBe(3)
    expect(Permit2.findTransfer([moved(2)], { ...wanted, value: 6n }, new Set())).toBeUndefined()
  })
})

it('digests a permit as EIP-2612 says', () => {
  const message = { owner: account.address, spender: Permit2.address, value: 10_000n, nonce: 3n, deadline }
  const types = {
    Permit: [
      { name: 'owner', type: 'address' },
      { name: 'spender', type: 'address' },
      { name: 'value', type: 'uint256' },
      { name: 'nonce', type: 'uint256' },
      { name: 'deadline', type: 'uint256' },
    ],
  } as const
  const usdc = { name: 'USDC', version: '2', chainId: 84_532, verifyingContract: token } as const
  expect(Eip2612.digest(asset, account.address, Permit2.address, permit2612)).toBe(
    hashTypedData({ domain: usdc, types, primaryType: 'Permit', message }),
  )
})

it('asks contracts as ERC-1271 says, and knows ERC-6492 wrappers', () => {
  const abi = parseAbi(['function isValidSignature(bytes32 hash, bytes signature) view returns (bytes4)'])
  const [hash, signature]: [Hex, Hex] = [pad('0x07'), `0x${'cd'.repeat(90)}`]
  expect(Eip1271.isValidData(hash, signature)).toBe(encodeFunctionData({ abi, args: [hash, signature] }))
  expect(Eip1271.isWrapped(signature)).toBe(false)
  expect(Eip1271.isWrapped(`${signature}${'6492'.repeat(16)}`)).toBe(true)
})

it('reads an approval strictly', () => {
  const data = Erc20.approveData(Permit2.address, 9n)
  expect(Erc20.approvedBy(data, Permit2.address)).toBe(9n)
  expect(Erc20.approvedBy(data, payTo)).toBeUndefined()
  expect(Erc20.approvedBy(`${data}00`, Permit2.address)).toBeUndefined()
  expect(Erc20.approvedBy(Erc20.transferData(Permit2.address, 9n), Permit2.address)).toBeUndefined()
})
