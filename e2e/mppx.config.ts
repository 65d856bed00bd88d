import { evm, tempo } from 'mppx/client'
import { Assets } from 'mppx/evm'
import { createClient, http } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { tempoLocalnet } from 'viem/chains'
import { networkOf, readDemo, tempo as tempoNetwork } from './demo'

// MPPX_CONFIG of the `mppx` command: it pays from the demo's wallet on the demo's chains, and needs no faucet.
const demo = readDemo()
const account = privateKeyToAccount(demo.payer.privateKey)
const { rpcUrl } = networkOf(demo, tempoNetwork)
const getClient = () => createClient({ chain: tempoLocalnet, transport: http(rpcUrl) })

const polygonUsdc = Assets.define({
  address: networkOf(demo, 'eip155:137').asset,
  decimals: 6,
  network: 'eip155:137',
  transfer: { name: 'USD Coin', type: 'eip3009', version: '2' },
})

export default {
  methods: [
    evm.charge({ account, networks: [84532, 137], currencies: [Assets.baseSepolia.USDC, polygonUsdc] }),
    tempo.charge({ account, getClient }),
    tempo.session({ account, getClient, maxDeposit: '10' }),
  ],
}
