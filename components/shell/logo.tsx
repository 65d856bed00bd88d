/** The logo: a gate, and the stream under it. */
export function Logo() {
  return (
    <span className="flex items-center gap-2">
      <svg aria-hidden viewBox="0 0 20 20" className="size-5">
        <rect x="1" y="1" width="18" height="18" rx="4.5" className="fill-foreground" />
        <rect x="7.25" y="4" width="5.5" height="6.5" rx="1" className="fill-background" />
        <path
          d="M4.5 14c1.4-1.6 2.3-1.6 3.67 0s2.3 1.6 3.66 0 2.3-1.6 3.67 0"
          className="fill-none stroke-background"
          strokeWidth="1.6"
          strokeLinecap="round"
        />
      </svg>
      <span className="text-base font-semibold tracking-tight">Sluice</span>
    </span>
  )
}
