export { advice } from './advice'
export { AppError, toAppError, type FieldError } from './AppError'
export { codes, type Code } from './codes'
export { toProblem, toProblemResponse, type Problem } from './problem'
