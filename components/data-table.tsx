import type { ReactNode } from 'react'
import { IntentLink } from './intent-link'
import { cn } from './ui/cn'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from './ui/table'

export type Column<Row> = {
  header: ReactNode
  cell: (row: Row) => ReactNode
  /** A cell that depends on all rows that are shown, such as on the width of their figures; instead of `cell`. */
  cellAmong?: (rows: readonly Row[]) => (row: Row) => ReactNode
  align?: 'left' | 'right'
  /** Hidden in a table that is narrower than this (globals.css); a box below the table shows it again. */
  from?: ColumnWidth
  className?: string
  /** A control of the row, such as a check box: never the row's link. */
  isTool?: boolean
  /** The name of a row's link, if the cell of the first column has buttons, which no link may hold. */
  label?: (row: Row) => string
}

const widths = ['sm', 'md', 'lg', 'xl'] as const
type ColumnWidth = (typeof widths)[number]

type Props<Row> = {
  /** Describes the table for screen readers. */
  caption: string
  /** Made by the functions of `columns.tsx`; false leaves a column out. */
  columns: readonly (Column<Row> | false)[]
  rows: readonly Row[]
  rowKey: (row: Row) => string
  /** The row's page: the first column becomes the link, and the whole row follows it; undefined: it has none. */
  rowHref?: (row: Row) => string | undefined
  /** Shown instead of the table if there are no rows. */
  empty: ReactNode
  className?: string
  /** Lower rows, more of them on a screen. */
  isCompact?: boolean
}

/**
 * Rows as a table in a frame, with the columns that it has room for. Server component: `cell` may render anything. Buttons and links inside a
 * row with `rowHref` need `relative z-10` to lie above the row's link (our copy buttons have it).
 */
export function DataTable<Row>({
  caption,
  columns: all,
  rows,
  rowKey,
  rowHref,
  empty,
  className,
  isCompact,
}: Props<Row>) {
  if (rows.length === 0) return <div className={cn('rounded-lg border bg-card', className)}>{empty}</div>
  const columns = all
    .filter((column) => column !== false)
    .map((column) => ({ ...column, cell: column.cellAmong?.(rows) ?? column.cell }))
  const hrefs = rows.map((row) => rowHref?.(row))
  const linked = columns.findIndex(({ isTool }) => !isTool)
  const look = (column: Column<Row>) => cn(column.align === 'right' && 'text-right tabular-nums', column.className)
  const widest = widths.findLast((width) => columns.some(({ from }) => from === width))
  return (
    <div className={cn('data-table overflow-hidden rounded-lg border bg-card', className)}>
      <Table>
        <caption className="sr-only">{caption}</caption>
        <TableHeader>
          <tr>
            {columns.map((column, index) => (
              <TableHead key={index} data-from={column.from} className={look(column)}>
                {column.header}
              </TableHead>
            ))}
          </tr>
        </TableHeader>
        <TableBody>
          {rows.map((row, at) => (
            <TableRow key={rowKey(row)}>
              {columns.map((column, index) => (
                <TableCell key={index} data-from={column.from} className={cn(look(column), isCompact && 'h-8 py-0.5')}>
                  {index === linked && hrefs[at] !== undefined ? (
                    <RowLink href={hrefs[at]} column={column} row={row} />
                  ) : (
                    column.cell(row)
                  )}
                </TableCell>
              ))}
            </TableRow>
          ))}
        </TableBody>
      </Table>
      {widest && (
        <label
          data-widest={widest}
          className="more-columns items-center gap-2 border-t px-4 py-2 text-xs text-muted-foreground"
        >
          <input type="checkbox" className="all-columns size-3.5 accent-primary" />
          Some columns are hidden: show all of them
        </label>
      )}
    </div>
  )
}

type RowLinkProps<Row> = { href: string; column: Column<Row>; row: Row }

/** The first cell of a row, with the link that covers the row. */
function RowLink<Row>({ href, column: { cell, label }, row }: RowLinkProps<Row>) {
  if (!label)
    return (
      <IntentLink href={href} className="font-medium outline-offset-4 after:absolute after:inset-0">
        {cell(row)}
      </IntentLink>
    )
  return (
    <>
      <IntentLink href={href} aria-label={label(row)} className="absolute inset-0 -outline-offset-2" />
      <div className="font-medium">{cell(row)}</div>
    </>
  )
}
