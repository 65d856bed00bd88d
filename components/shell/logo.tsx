/** The mark: a gate that lets one stream through. */
export function Logo() {
  return (
    <span className="flex items-center gap-2">
      <svg aria-hidden viewBox="0 0 20 20" className="size-5">
        <rect x="1" y="1" width="18" height="18" rx="4.5" className="fill-foreground" />
        <path d="M6 5v10M14 5v10" className="stroke-background" strokeWidth="1.6" strokeLinecap="round" />
        <path d="M6 10h8" className="stroke-background" strokeWidth="1.6" strokeLinecap="round" />
      </svg>
      <span className="text-base font-semibold tracking-tight">Sluice</span>
    </span>
  )
}
