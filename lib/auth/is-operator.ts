import { env } from '../env'

/** Is this wallet on the installation's own list? Asked anew at every request, so a removed one is out at once. */
export function isOperator(address: string): boolean {
  return env.OPERATORS.some((operator) => operator.toLowerCase() === address.toLowerCase())
}
