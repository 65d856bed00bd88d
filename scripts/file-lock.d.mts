export function tryLock(file: string): (() => void) | undefined
export function lock(file: string, onWait?: () => void): Promise<() => void>
