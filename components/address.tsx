import { Hash } from './hash'

type Props = {
  value: string
  /** The role of the address, for the copy button: "payer", "pay-to address". */
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
