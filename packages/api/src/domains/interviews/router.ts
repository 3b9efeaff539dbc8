import type { Interview, InterviewSummary, Page } from '../../contract/index.ts'
import { interviews as schema } from '../../contract/schemas.ts'
import { output } from '../../trpc/output.ts'
import { companyProcedure } from '../../trpc/procedures.ts'
import { create } from './create.ts'
import { edit } from './edit.ts'
import { get } from './get.ts'
import { list } from './list.ts'
import { publish } from './publish.ts'

export const interviewsRouter = {
  create: companyProcedure('interviews.write')
    .input(schema.createInterviewInput)
    .output(output<Interview>())
    .mutation(create),
  edit: companyProcedure('interviews.write')
    .input(schema.editInterviewInput)
    .output(output<Interview>())
    .mutation(edit),
  get: companyProcedure('interviews.read')
    .input(schema.interviewInput)
    .output(output<Interview>())
    .query(get),
  publish: companyProcedure('interviews.publish')
    .input(schema.publishInterviewInput)
    .output(output<Interview>())
    .mutation(publish),
  list: companyProcedure('interviews.read')
    .input(schema.listInterviewsInput)
    .output(output<Page<InterviewSummary>>())
    .query(list),
}
