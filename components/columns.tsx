import type { ReactNode } from 'react'
import { Address } from './address'
import { Amount, mostDigits } from './amount'
import type { Column } from './data-table'
import { transactionUrl } from './explorer'
import { Hash } from './hash'
import { NetworkName } from './network-name'
import { Time } from './time'

/** How a column is drawn: its alignment, the width below which it is hidden, the name of its link. */
type Look<Row> = Omit<Column<Row>, 'header' | 'cell'>

type Network = { network: string; name: string }

/** A column of any content. Its look stands before the cell, because a cell may be long. */
export function column<Row>(header: ReactNode, cell: (row: Row) => ReactNode): Column<Row>
export function column<Row>(header: ReactNode, look: Look<Row>, cell: (row: Row) => ReactNode): Column<Row>
export function column<Row>(
  header: ReactNode,
  ...rest: [(row: Row) => ReactNode] | [Look<Row>, (row: Row) => ReactNode]
): Column<Row> {
  const [look, cell] = rest.length === 1 ? [{}, rest[0]] : rest
  return { header, cell, ...look }
}

/** Buttons of the row, under a heading for screen readers only. */
export function actionColumn<Row>(cell: (row: Row) => ReactNode): Column<Row> {
  return { header: <span className="sr-only">Actions</span>, align: 'right', cell }
}

/** An instant, on the right; null is a dash. */
export function timeColumn<Row>(header: ReactNode, at: (row: Row) => string | null, look?: Look<Row>): Column<Row> {
  const cell = (row: Row) => {
    const instant = at(row)
    return instant === null ? <None /> : <Time at={instant} className="text-muted-foreground" />
  }
  return { header, align: 'right', ...look, cell }
}

/** A network by its name. */
export function networkColumn<Row>(network: (row: Row) => Network, look?: Look<Row>): Column<Row> {
  return {
    header: 'Network',
    ...look,
    cell: (row) => <NetworkName network={network(row).network} name={network(row).name} />,
  }
}

/** Money in the token of the row, with as many decimals as the finest amount among the rows: the figures line up. */
export function amountColumn<Row extends { token: { symbol: string; decimals: number } }>(
  header: ReactNode,
  base: (row: Row) => string,
  { more, ...look }: Look<Row> & { more?: (row: Row) => ReactNode } = {},
): Column<Row> {
  const cellAmong = (rows: readonly Row[]) => {
    const digits = mostDigits(rows.map((row) => ({ base: base(row), decimals: row.token.decimals })))
    return (row: Row) => (
      <>
        <Amount base={base(row)} decimals={row.token.decimals} symbol={row.token.symbol} digits={digits} />
        {more?.(row)}
      </>
    )
  }
  return { header, ...look, cell: () => null, cellAmong }
}

/** A number of things, on the right. */
export function countColumn<Row>(
  header: ReactNode,
  count: (row: Row) => number | string,
  look?: Look<Row>,
): Column<Row> {
  return { header, align: 'right', ...look, cell: (row) => Number(count(row)).toLocaleString('en') }
}

/** The address of a wallet: "Payer" shows what the copy button calls the "payer address". */
export function walletColumn<Row>(header: string, wallet: (row: Row) => string, look?: Look<Row>): Column<Row> {
  const label = `${header.toLowerCase()} address`
  return { header, ...look, cell: (row) => <Address value={wallet(row)} label={label} /> }
}

/** A transaction hash with its page in the block explorer; null is a dash. */
export function transactionColumn<Row extends { network: { explorer: string | null } }>(
  header: string,
  hash: (row: Row) => string | null,
  look?: Look<Row>,
): Column<Row> {
  const cell = (row: Row) => {
    const value = hash(row)
    if (value === null) return <None />
    return <Hash value={value} label="transaction hash" {...transactionUrl(row.network, value)} />
  }
  return { header, ...look, cell }
}

/** Nothing to show in a cell. */
export function None({ children = '–' }: { children?: ReactNode }) {
  return <span className="text-muted-foreground">{children}</span>
}
