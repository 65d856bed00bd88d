import { generateKeyPairSigner } from '@solana/kit'
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'
import type { Anvil } from '../anvil'
import { evmNetwork, fundGas } from '../evm'
import { pickPort } from '../port'
import { fundSol, type Solana } from '../solana'
import { letKitFetch } from '../testing/kit-fetch'
import { startMisbehaving, type Misbehaving } from './misbehaving'
import { createReference } from './reference'

const gasWei = 10n * 10n ** 18n
const feeLamports = 10n ** 10n

/**
 * The facilitators that the demo may use as upstreams: the reference one at `{url}/honest`, and beside it one for everything
 * that an upstream can do wrong.
 * @param port Wished; another one is taken when it is in use.
 */
export async function startDemoFacilitators(evm: Anvil, solana: Solana, port: number): Promise<Misbehaving> {
  letKitFetch()
  // Nothing is kept in its accounts: new ones for each run.
  const privateKey = generatePrivateKey()
  const feePayer = await generateKeyPairSigner()
  await fundGas(evm, privateKeyToAddress(privateKey), gasWei)
  await fundSol(solana, feePayer.address, feeLamports)
  return startMisbehaving({
    reference: createReference({
      rpcUrl: evm.url,
      network: evmNetwork,
      privateKey,
      solana: { url: solana.url, feePayer },
    }),
    foreignHash: () => `0x${'fe'.repeat(32)}`,
    otherChain: { network: 'eip155:1', hash: () => `0x${'0c'.repeat(32)}` },
    port: await pickPort(port),
  })
}
