/** What a wallet reads from the QR code (EIP-681): the network's coin to an address, or its fee token. No amount. */
export function paymentUri(network: string, address: string, token: string | null): string {
  const chainId = network.slice(network.indexOf(':') + 1)
  return token === null ? `ethereum:${address}@${chainId}` : `ethereum:${token}@${chainId}/transfer?address=${address}`
}
