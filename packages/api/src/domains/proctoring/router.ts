import type { Page, Policy, PolicyPreview, SignalReceipt } from '../../contract/index.ts'
import {
  createPolicyInput,
  listPoliciesInput,
  previewPolicyInput,
  recordSignalsInput,
  revisePolicyInput,
} from '../../contract/schemas/proctoring.ts'
import { output } from '../../trpc/output.ts'
import { companyProcedure, sessionProcedure } from '../../trpc/procedures.ts'
import { createPolicy } from './create-policy.ts'
import { listPolicies } from './list-policies.ts'
import { previewPolicy } from './preview-policy.ts'
import { record } from './record.ts'
import { revisePolicy } from './revise-policy.ts'

/** A browser that sends what it observed every second stays below; a queue of an hour offline passes in a minute. */
const SIGNALS = { name: 'proctoring.record', points: 120, seconds: 60 }

/** Signals from candidates, and the policies that judge them. */
export const proctoringRouter = {
  record: sessionProcedure('acet', SIGNALS)
    .input(recordSignalsInput)
    .output(output<SignalReceipt>())
    .mutation(record),
  createPolicy: companyProcedure('policies.write')
    .input(createPolicyInput)
    .output(output<Policy>())
    .mutation(createPolicy),
  revisePolicy: companyProcedure('policies.write')
    .input(revisePolicyInput)
    .output(output<Policy>())
    .mutation(revisePolicy),
  listPolicies: companyProcedure('policies.read')
    .input(listPoliciesInput)
    .output(output<Page<Policy>>())
    .query(listPolicies),
  // Changes nothing, but rules and sample are too long for the address of a GET.
  previewPolicy: companyProcedure('policies.read')
    .input(previewPolicyInput)
    .output(output<PolicyPreview>())
    .mutation(previewPolicy),
}
