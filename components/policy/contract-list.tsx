import { Address } from '../address'
import { addressUrl } from '../explorer'
import { Badge } from '../ui/badge'

/** A contract that may be called. */
export type ContractRow = {
  key: string
  label: string
  address: string
  network: string
  explorer: string | null
  /** Null: any function. */
  functions: readonly string[] | null
}

/** The contracts and functions that a policy allows. */
export function ContractList({ contracts }: { contracts: readonly ContractRow[] }) {
  return (
    <ul className="divide-y">
      {contracts.map(({ key, label, address, network, explorer, functions }) => (
        <li key={key} className="flex flex-col gap-1.5 py-3 first:pt-0 last:pb-0">
          <div className="flex flex-wrap items-baseline justify-between gap-x-3 gap-y-0.5">
            <p className="min-w-0">
              {label && <span className="mr-2 font-medium">{label}</span>}
              <Address value={address} label="contract address" {...addressUrl({ explorer }, address)} />
            </p>
            <p className="text-xs text-muted-foreground">{network}</p>
          </div>
          <p className="flex flex-wrap gap-1">
            {functions === null ? (
              <Badge tone="warning">Any function</Badge>
            ) : (
              functions.map((name) => (
                <Badge key={name} tone="outline" className="h-auto font-mono break-all whitespace-normal">
                  {name}
                </Badge>
              ))
            )}
          </p>
        </li>
      ))}
    </ul>
  )
}
