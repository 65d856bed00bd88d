import { CopyButton } from './copy-button'

/** A secret that is shown once, with a copy button. */
export function ShownOnce({ value, label, children }: { value: string; label: string; children: string }) {
  return (
    <div className="flex flex-col gap-2">
      <div className="flex items-center gap-2 rounded-md border bg-muted/50 py-1.5 pr-1.5 pl-3">
        <code aria-label={label} className="min-w-0 flex-1 font-mono text-xs break-all">
          {value}
        </code>
        <CopyButton value={value} label={label} />
      </div>
      <p className="text-xs text-muted-foreground">{children}</p>
    </div>
  )
}
