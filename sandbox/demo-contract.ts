import { Rail } from '@/lib/money'
import type { Anvil } from './anvil'
import type { addressesOf, Secrets, solanaAddressesOf } from './data-dir'
import { evmNetwork, polygonNetwork, polygonUsdc, usdc } from './evm'
import { lightningNetwork, type Lightning, type LightningNodeAccess } from './lightning'
import { samplePaths, slug } from './seed/seed'
import { relayPaths, relaySlug } from './seed/seed-relay'
import { solanaNetwork, solanaUsdc, type Solana } from './solana'
import { sandboxAccounts, type StripeServer } from './stripe'
import { pathUsd, tempoNetwork } from './tempo'

const stripeNetwork = Rail.ofProfile(sandboxAccounts.seller.profile)

export type Addresses = ReturnType<typeof addressesOf> & { solana: Awaited<ReturnType<typeof solanaAddressesOf>> }

/** What moves money in the demo. */
type Counterparts = {
  chains: { evm: Anvil; tempo: Anvil; polygon: Anvil; solana: Solana }
  stripe: StripeServer
  lightning: Lightning
}

/** Where the merchant is paid, by network. @param nodeId of its Lightning node. */
export function payoutsOf({ merchant, solana }: Addresses, nodeId: string): Record<string, string> {
  return {
    [evmNetwork]: merchant,
    [tempoNetwork]: merchant,
    [polygonNetwork]: merchant,
    [solanaNetwork]: solana.merchant,
    [stripeNetwork]: sandboxAccounts.seller.profile,
    [lightningNetwork]: nodeId,
  }
}

/** The contract that tests and users' scripts rely on. Members may be added, none may change. */
export function contractOf(
  baseUrl: string,
  { chains, stripe, lightning }: Counterparts,
  secrets: Secrets,
  addresses: Addresses,
  upstream: { baseUrl: string; journalUrl: string },
) {
  const gateway = `${baseUrl}/gateway/${slug}`
  return {
    baseUrl,
    dashboardUrl: baseUrl,
    networks: {
      [evmNetwork]: { rpcUrl: chains.evm.url, asset: usdc, decimals: 6 },
      [tempoNetwork]: { rpcUrl: chains.tempo.url, asset: pathUsd, decimals: 6 },
      [polygonNetwork]: { rpcUrl: chains.polygon.url, asset: polygonUsdc, decimals: 6 },
      [solanaNetwork]: { rpcUrl: chains.solana.url, asset: solanaUsdc, decimals: 6 },
    },
    payer: { privateKey: secrets.keys.payer, address: addresses.payer },
    operator: { privateKey: secrets.keys.operator, address: addresses.operator },
    merchant: { slug, payTo: addresses.merchant, payouts: payoutsOf(addresses, lightning.seller.id) },
    /** A wallet on Solana: the seed of its key, 32 bytes as hex. */
    solanaPayer: { seed: secrets.solanaKeys.payer, address: addresses.solana.payer },
    signers: { execution: [addresses.executor, addresses.secondExecutor] },
    resources: Object.fromEntries(Object.entries(samplePaths).map(([name, at]) => [name, `${gateway}${at}`])),
    relay: {
      url: `${baseUrl}/gateway/${relaySlug}${relayPaths.url}`,
      meteredUrl: `${baseUrl}/gateway/${relaySlug}${relayPaths.meteredUrl}`,
    },
    stripe: { url: stripe.url, profile: stripe.profile },
    /** Two nodes with a channel between them, behind LND's REST words: the agent's pays, the seller's is paid. */
    lightning: { network: lightningNetwork, agent: accessOf(lightning.agent), seller: accessOf(lightning.seller) },
    upstream: { baseUrl: upstream.baseUrl, journalUrl: upstream.journalUrl },
    cronSecret: secrets.cron,
    /** May ask for transactions of the guestbook, and follow them. */
    apiKey: secrets.apiKey,
  }
}

const accessOf = ({ restUrl, macaroon }: LightningNodeAccess) => ({ restUrl, macaroon })
