import {
  computeChannelId,
  createBatchSettlementEIP3009DepositPayload,
  signVoucher,
} from '@x402/evm/batch-settlement/client'
import { bytesToHex, hashTypedData, recoverTypedDataAddress, type Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { describe, expect, it } from 'vitest'
import { BatchSettlement, recoverSigner } from './index'

// Digests that the official client signs, made here by hand.

const payer = privateKeyToAccount(generatePrivateKey())
const network = 'eip155:84532'
const usdc = '0x036cbd53842c5426634e7929541ec2318f3dcf7e'
const config: BatchSettlement.ChannelConfig = {
  payer: payer.address,
  payerAuthorizer: payer.address,
  receiver: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
  receiverAuthorizer: '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC',
  token: usdc,
  withdrawDelay: 3_600,
  salt: `0x${'5a'.repeat(32)}`,
}

const claimBatchTypes = {
  ClaimBatch: [{ name: 'claims', type: 'ClaimEntry[]' }],
  ClaimEntry: [
    { name: 'channelId', type: 'bytes32' },
    { name: 'maxClaimableAmount', type: 'uint128' },
    { name: 'totalClaimed', type: 'uint128' },
  ],
} as const

describe('what the official client signs', () => {
  it.each([config, { ...config, withdrawDelay: 2_592_000, salt: `0x${'0'.repeat(64)}` as const }])(
    'has the same channel id here, in any spelling',
    (one) => {
      expect(BatchSettlement.channelId(one, network)).toBe(computeChannelId(one, network))
      expect(BatchSettlement.channelId(BatchSettlement.normalise(one), network)).toBe(computeChannelId(one, network))
      expect(BatchSettlement.channelId(one, 'eip155:137')).toBe(computeChannelId(one, 'eip155:137'))
    },
  )

  it.each([0n, 1n, 12_345_678n, 2n ** 127n])('is a voucher for %s that its signer is recovered from', async (base) => {
    const id = BatchSettlement.channelId(config, network)
    const { signature } = await signVoucher(payer, id, base.toString(), network)
    const digest = BatchSettlement.voucherDigest(network, { channelId: id, cumulativeBase: base })
    expect(recoverSigner(digest, signature)).toBe(payer.address.toLowerCase())
    const other = BatchSettlement.voucherDigest(network, { channelId: id, cumulativeBase: base + 1n })
    expect(recoverSigner(other, signature)).not.toBe(payer.address.toLowerCase())
  })

  it('is a batch of claims, in their order', () => {
    const claims = [7_000n, 9_000n].map((claimedBase, at): BatchSettlement.VoucherClaim => ({
      config: { ...config, salt: `0x${`${at}`.repeat(64)}` },
      cumulativeBase: 10_000n,
      claimedBase,
      signature: '0x',
    }))
    const message = {
      claims: claims.map((claim) => ({
        channelId: BatchSettlement.channelId(claim.config, network),
        maxClaimableAmount: claim.cumulativeBase,
        totalClaimed: claim.claimedBase,
      })),
    }
    const domain = {
      name: 'x402 Batch Settlement',
      version: '1',
      chainId: 84532,
      verifyingContract: BatchSettlement.address,
    }
    const hash = hashTypedData({ domain, types: claimBatchTypes, primaryType: 'ClaimBatch', message })
    expect(bytesToHex(BatchSettlement.claimsDigest(network, claims))).toBe(hash)
    expect(bytesToHex(BatchSettlement.claimsDigest(network, claims.toReversed()))).not.toBe(hash)
  })

  it('is a deposit whose nonce names the channel', async () => {
    const requirements = {
      scheme: 'batch-settlement',
      network: network as `${string}:${string}`,
      amount: '1000',
      asset: usdc,
      payTo: config.receiver,
      maxTimeoutSeconds: 300,
      extra: { name: 'USDC', version: '2' },
    }
    const { payload } = await createBatchSettlementEIP3009DepositPayload(payer, 2, requirements, config, '5000', '1000')
    const { deposit } = payload as {
      deposit: { authorization: { erc3009Authorization: { salt: Hex; validBefore: string; signature: Hex } } }
    }
    const { salt, validBefore, signature } = deposit.authorization.erc3009Authorization
    const id = BatchSettlement.channelId(config, network)
    const fields = ['from', 'to', 'value', 'validAfter', 'validBefore', 'nonce']
    const kinds = ['address', 'address', 'uint256', 'uint256', 'uint256', 'bytes32']
    const signer = await recoverTypedDataAddress({
      domain: { name: 'USDC', version: '2', chainId: 84_532, verifyingContract: usdc },
      types: { ReceiveWithAuthorization: fields.map((name, at) => ({ name, type: kinds[at] ?? '' })) },
      primaryType: 'ReceiveWithAuthorization',
      message: {
        from: payer.address,
        to: BatchSettlement.collector,
        value: 5_000n,
        validAfter: 0n,
        validBefore: BigInt(validBefore),
        nonce: BatchSettlement.depositNonce(id, salt),
      },
      signature,
    })
    expect(signer).toBe(payer.address)
  })
})
