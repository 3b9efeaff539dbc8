import { z } from 'zod'
import type { JsonObject } from '../../contract/index.ts'

const questionTask = z.object({
  planId: z.string(),
  /** The position the question will have. */
  position: z.number(),
  /** The planned question's question that it follows up on. */
  followUpOf: z.string().nullable(),
  /** The question whose answer it goes into. */
  after: z.string().nullable(),
})

/** What a run that writes a question carries from the call that ordered it to the handler. */
export type QuestionTask = z.output<typeof questionTask>

/** Packs a task for the queue. */
export function toTask(task: QuestionTask): JsonObject {
  return { ...task }
}

/** Unpacks a task from the queue, where an older version of the server may have put it. */
export function fromTask(task: JsonObject): QuestionTask {
  return questionTask.parse(task)
}
