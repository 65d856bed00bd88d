import type { Caip2 } from '@/lib/money'
import type { Sheet } from '@/lib/sheet'
import { findAsset } from './Chain'
import { labelNetwork } from './label'

/** The columns of an export that name a network. */
export function networkColumns<Row extends { network: string }>(): Sheet.SheetColumn<Row>[] {
  return [
    { name: 'network', about: 'The network by CAIP-2, such as eip155:8453.', cell: ({ network }) => network },
    {
      name: 'network_name',
      about: 'The name of the network.',
      cell: ({ network }) => labelNetwork(network).name,
    },
  ]
}

/** The columns of an export that name a network and a token. */
export function tokenColumns<Row extends { network: string; asset: string }>(): Sheet.SheetColumn<Row>[] {
  const assetOf = ({ network, asset }: Row) => findAsset(network as Caip2, asset)
  return [
    ...networkColumns<Row>(),
    { name: 'token', about: 'The symbol of the token; empty if unknown.', cell: (row) => assetOf(row)?.symbol ?? null },
    { name: 'token_address', about: 'The address of the token.', cell: ({ asset }) => asset },
    {
      name: 'decimals',
      about: 'Base units of one token: 10 to the power of this.',
      cell: (row) => assetOf(row)?.decimals.toString() ?? null,
    },
  ]
}

/** An amount in the token of the row, for `Sheet.amounts`. */
export function inToken<Row extends { network: string; asset: string }>(base: (row: Row) => bigint | null) {
  return (row: Row) => ({ base: base(row), decimals: findAsset(row.network as Caip2, row.asset)?.decimals })
}

/** A fee in the gas token of the row's network, for `Sheet.amounts`. */
export function inGas<Row extends { network: string }>(fee: (row: Row) => bigint | null) {
  return (row: Row) => ({ base: fee(row), decimals: labelNetwork(row.network).gasDecimals })
}
