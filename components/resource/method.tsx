import { cn } from '../ui/cn'

/** The method and the path of a resource. */
export function MethodPath({ method, path, className }: { method: string; path: string; className?: string }) {
  return (
    <span className={cn('font-mono text-xs', className)}>
      <span className="mr-1.5 text-muted-foreground">{method}</span>
      <span className="break-all">{path}</span>
    </span>
  )
}

type NameProps = { resource: { method: string; path: string; name?: string }; className?: string }

/** Method and path in one line, cut at the end; the name is in the title. */
export function ResourceName({ resource: { method, path, name }, className = 'max-w-48' }: NameProps) {
  return (
    <span title={name} className={cn('block truncate font-mono text-xs', className)}>
      <span className="text-muted-foreground">{method}</span> {path}
    </span>
  )
}
