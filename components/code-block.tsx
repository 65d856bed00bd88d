import { CopyButton } from './copy-button'
import { cn } from './ui/cn'

type Props = {
  code: string
  /** Its name, for screen readers and the copy button. */
  label: string
  /** Break long lines instead of scrolling. */
  wrap?: boolean
  className?: string
}

/** Code or a raw header that can be copied and scrolled by keyboard. */
export function CodeBlock({ code, label, wrap = false, className }: Props) {
  return (
    <div className={cn('group relative rounded-md border bg-muted/50', className)}>
      <pre
        tabIndex={0}
        aria-label={label}
        role="region"
        className={cn(
          'max-h-96 overflow-auto p-3 pr-10 font-mono text-xs leading-5',
          wrap && 'wrap-anywhere whitespace-pre-wrap',
        )}
      >
        {code}
      </pre>
      <CopyButton value={code} label={label} className="absolute top-1.5 right-1.5 bg-muted" />
    </div>
  )
}

/** A value as indented JSON, bigints as decimal strings. */
export function Json({ value, label, className }: { value: unknown; label: string; className?: string }) {
  const code = JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? item.toString() : item), 2)
  return <CodeBlock code={code ?? 'null'} label={label} {...(className !== undefined && { className })} />
}
