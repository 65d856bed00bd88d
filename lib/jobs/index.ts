export { runTask, type Ran } from './run-task'
export { startLoop } from './start-loop'
export { isTaskName, tasks, type TaskName } from './Task'
