import { create } from 'qrcode'

const quietZone = 4

/** A text as a QR code, black on white in both themes, because many cameras read only that. Server component. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { modules } = create(text, { errorCorrectionLevel: 'M' })
  const { size } = modules
  const whole = size + 2 * quietZone
  const dark = Array.from({ length: size * size }, (_, at) => at).filter((at) => modules.data[at] === 1)
  const path = dark.map((at) => `M${(at % size) + quietZone} ${Math.floor(at / size) + quietZone}h1v1h-1z`).join('')
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${whole} ${whole}`}
      shapeRendering="crispEdges"
      className="size-52 rounded-md border bg-white"
    >
      <path d={path} fill="black" />
    </svg>
  )
}
