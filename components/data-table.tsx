import Link from 'next/link'
import type { ReactNode } from 'react'
import { cn } from './ui/cn'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from './ui/table'

export type Column<Row> = {
  header: ReactNode
  cell: (row: Row) => ReactNode
  align?: 'left' | 'right'
  /** Hidden below this width. */
  from?: 'sm' | 'md' | 'lg' | 'xl'
  className?: string
  /** A control of the row, such as a check box: never the row's link. */
  isTool?: boolean
}

type Props<Row> = {
  /** Describes the table for screen readers. */
  caption: string
  /** Made by the functions of `columns.tsx`; false leaves a column out. */
  columns: readonly (Column<Row> | false)[]
  rows: readonly Row[]
  rowKey: (row: Row) => string
  /** The row's page: the first column becomes the link, and the whole row follows it. */
  rowHref?: (row: Row) => string
  /** Shown instead of the table if there are no rows. */
  empty: ReactNode
  className?: string
  /** Lower rows, more of them on a screen. */
  isCompact?: boolean
}

const hidden = { sm: 'max-sm:hidden', md: 'max-md:hidden', lg: 'max-lg:hidden', xl: 'max-xl:hidden' } as const

/**
 * Rows as a table in a frame. Server component: `cell` may render anything. Buttons and links inside a
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
  const columns = all.filter((column) => column !== false)
  const linked = columns.findIndex(({ isTool }) => !isTool)
  const look = (column: Column<Row>) =>
    cn(column.align === 'right' && 'text-right tabular-nums', column.from && hidden[column.from], column.className)
  return (
    <div className={cn('overflow-hidden rounded-lg border bg-card', className)}>
      <Table>
        <caption className="sr-only">{caption}</caption>
        <TableHeader>
          <tr>
            {columns.map((column, index) => (
              <TableHead key={index} className={look(column)}>
                {column.header}
              </TableHead>
            ))}
          </tr>
        </TableHeader>
        <TableBody>
          {rows.map((row) => (
            <TableRow key={rowKey(row)}>
              {columns.map((column, index) => (
                <TableCell key={index} className={cn(look(column), isCompact && 'h-8 py-0.5')}>
                  {index === linked && rowHref ? (
                    <Link href={rowHref(row)} className="font-medium outline-offset-4 after:absolute after:inset-0">
                      {column.cell(row)}
                    </Link>
                  ) : (
                    column.cell(row)
                  )}
                </TableCell>
              ))}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  )
}
