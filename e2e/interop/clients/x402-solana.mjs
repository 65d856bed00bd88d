import { Keypair } from '@solana/web3.js'
import { createX402Client } from 'x402-solana/client'
import { task, tellResponse } from './common.mjs'

const keypair = Keypair.fromSeed(Buffer.from(task.solana.seed, 'hex'))
const wallet = {
  address: keypair.publicKey.toBase58(),
  publicKey: keypair.publicKey,
  async signTransaction(transaction) {
    transaction.sign([keypair])
    return transaction
  },
}
const client = createX402Client({ wallet, network: 'solana-devnet', rpcUrl: task.solana.rpcUrl })
await tellResponse(await client.fetch(task.url))
