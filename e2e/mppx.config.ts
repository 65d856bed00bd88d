import { evm, tempo } from 'mppx/client'
import { createClient, http } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { tempoLocalnet } from 'viem/chains'
import { networkOf, readDemo, tempo as tempoNetwork } from './demo'

// MPPX_CONFIG of the `mppx` command: it pays from the demo's wallet on the demo's chains, and needs no faucet.
const demo = readDemo()
const account = privateKeyToAccount(demo.payer.privateKey)
const { rpcUrl } = networkOf(demo, tempoNetwork)
const getClient = () => createClient({ chain: tempoLocalnet, transport: http(rpcUrl) })

export default {
  methods: [
    evm.charge({ account, networks: [84532], authorization: { name: 'USDC', version: '2' } }),
    tempo.charge({ account, getClient }),
    tempo.session({ account, getClient, maxDeposit: '10' }),
  ],
}
