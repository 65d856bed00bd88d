import { cn } from './ui/cn'

/** A network by name, its CAIP-2 id in the title. */
export function NetworkName({ network, name, className }: { network: string; name: string; className?: string }) {
  return (
    <span title={network} className={cn('whitespace-nowrap', className)}>
      {name}
    </span>
  )
}
