/** The text of the QR code (EIP-681): a transfer of the network's coin, or of its fee token, without an amount. */
export function paymentUri(network: string, address: string, token: string | null): string {
  const chainId = network.slice(network.indexOf(':') + 1)
  return token === null ? `ethereum:${address}@${chainId}` : `ethereum:${token}@${chainId}/transfer?address=${address}`
}
