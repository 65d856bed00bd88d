import type { ReactNode } from 'react'
import type { PaymentView } from '@/lib/payments'
import { Amount } from '../amount'
import { amountColumn } from '../columns'
import type { Column } from '../data-table'

/** The amount of a payment or session, with what of it was refunded, or how many vouchers it came by. */
export function lineAmountColumn<Row extends PaymentView.PaymentLine>(header: ReactNode = 'Amount'): Column<Row> {
  return amountColumn<Row>(header, (row) => row.amountBase, { more: (row) => <More row={row} /> })
}

function More({ row }: { row: PaymentView.PaymentLine }) {
  const look = 'block text-xs font-normal text-muted-foreground'
  if (row.kind === 'session') return <span className={look}>{vouchers(row.vouchers)}</span>
  if (row.refundedBase === '0') return null
  return (
    <span className={look}>
      <Amount base={row.refundedBase} decimals={row.token.decimals} /> refunded
    </span>
  )
}

function vouchers(count: string): string {
  return count === '1' ? '1 voucher' : `${Number(count).toLocaleString('en')} vouchers`
}
