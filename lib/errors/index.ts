export { advice } from './advice'
export { AppError, toAppError, type FieldError } from './AppError'
export { codes, type ErrorCode } from './codes'
export { toProblem, toProblemResponse, type Problem } from './problem'
