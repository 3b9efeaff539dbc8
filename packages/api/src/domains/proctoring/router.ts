import type { Page, Policy, PolicyPreview, SignalReceipt, StrikeReview } from '../../contract/index.ts'
import {
  createPolicyInput,
  listPoliciesInput,
  previewPolicyInput,
  recordSignalsInput,
  reviewStrikeInput,
  revisePolicyInput,
} from '../../contract/schemas/proctoring.ts'
import { output } from '../../trpc/output.ts'
import { companyProcedure, sessionProcedure } from '../../trpc/procedures.ts'
import { createPolicy } from './create-policy.ts'
import { listPolicies } from './list-policies.ts'
import { previewPolicy } from './preview-policy.ts'
import { record } from './record.ts'
import { reviewStrike } from './review-strike.ts'
import { revisePolicy } from './revise-policy.ts'

/** A browser that sends what it observed every second stays below; a queue of an hour offline passes in a minute. */
const SIGNALS = { name: 'proctoring.record', points: 120, seconds: 60 }

/** Signals from candidates, the policies that judge them, and the people who judge those. */
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
  reviewStrike: companyProcedure('strikes.review')
    .input(reviewStrikeInput)
    .output(output<StrikeReview>())
    .mutation(reviewStrike),
  // Changes nothing, but rules and sample are too long for the address of a GET.
  previewPolicy: companyProcedure('policies.read')
    .input(previewPolicyInput)
    .output(output<PolicyPreview>())
    .mutation(previewPolicy),
}
