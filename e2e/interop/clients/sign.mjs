// node sign.mjs TASK PAYMENT-REQUIRED: prints a PAYMENT-SIGNATURE for the first EIP-3009 offer.
import { randomBytes } from 'node:crypto'
import { privateKeyToAccount } from 'viem/accounts'
import { task } from './common.mjs'

const required = JSON.parse(Buffer.from(process.argv[3], 'base64').toString())
const accepted = required.accepts.find(
  ({ network, scheme, extra }) =>
    network === task.evm.network && scheme === 'exact' && (extra.assetTransferMethod ?? 'eip3009') === 'eip3009',
)
const account = privateKeyToAccount(task.privateKey)
const nowS = Math.floor(Date.now() / 1000)
const authorization = {
  from: account.address,
  to: accepted.payTo,
  value: accepted.amount,
  validAfter: '0',
  validBefore: String(nowS + accepted.maxTimeoutSeconds),
  nonce: `0x${randomBytes(32).toString('hex')}`,
}
const types = { from: 'address', to: 'address', value: 'uint256', validAfter: 'uint256', validBefore: 'uint256' }
const signature = await account.signTypedData({
  domain: {
    name: accepted.extra.name,
    version: accepted.extra.version,
    chainId: Number(accepted.network.split(':')[1]),
    verifyingContract: accepted.asset,
  },
  types: {
    TransferWithAuthorization: Object.entries({ ...types, nonce: 'bytes32' }).map(([name, type]) => ({ name, type })),
  },
  primaryType: 'TransferWithAuthorization',
  message: authorization,
})
const payload = { x402Version: 2, resource: required.resource, accepted, payload: { signature, authorization } }
process.stdout.write(Buffer.from(JSON.stringify(payload)).toString('base64'))
