import { Search } from 'lucide-react'
import { Input } from '../ui/input'

type Props = {
  value: string
  /** Where it is answered, and the rest of its address. */
  action: string
  query: Readonly<Record<string, string>>
}

/** A search that needs no script: the address holds what was searched. */
export function ResourceSearch({ value, action, query }: Props) {
  return (
    <form role="search" action={action} className="relative w-full max-w-64">
      {Object.entries(query).map(([name, text]) => (
        <input key={name} type="hidden" name={name} value={text} />
      ))}
      <Search aria-hidden className="absolute inset-y-0 left-2.5 my-auto size-3.5 text-muted-foreground" />
      <Input
        type="search"
        name="q"
        aria-label="Search resources"
        placeholder="Name or path"
        defaultValue={value}
        className="pl-8"
      />
    </form>
  )
}
