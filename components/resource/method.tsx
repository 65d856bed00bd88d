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
