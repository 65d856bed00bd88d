import { Hash } from './hash'

type Props = {
  value: string
  /** What the address is: "payer", "pay-to address". */
  label?: string
  href?: string
  explorerHref?: string
  full?: boolean
  copy?: boolean
  className?: string
}

/** A wallet or token address, shown like every hash. */
export function Address({ label = 'address', ...props }: Props) {
  return <Hash label={label} {...props} />
}
