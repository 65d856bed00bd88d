import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'
import type { Anvil } from '../anvil'
import { evmNetwork, fundGas } from '../evm'
import { pickPort } from '../port'
import { startMisbehaving, type Misbehaving } from './misbehaving'
import { createReference } from './reference'

const gasWei = 10n * 10n ** 18n

/**
 * The facilitators that the demo may use as upstreams: the reference one at `{url}/honest`, and beside it one for everything
 * that an upstream can do wrong.
 * @param port Wished; another one is taken when it is in use.
 */
export async function startDemoFacilitators(evm: Anvil, port: number): Promise<Misbehaving> {
  // Nothing is kept in its account: a new one for each run.
  const privateKey = generatePrivateKey()
  await fundGas(evm, privateKeyToAddress(privateKey), gasWei)
  return startMisbehaving({
    reference: createReference({ rpcUrl: evm.url, network: evmNetwork, privateKey }),
    foreignHash: () => `0x${'fe'.repeat(32)}`,
    otherChain: { network: 'eip155:1', hash: () => `0x${'0c'.repeat(32)}` },
    port: await pickPort(port),
  })
}
