import { report as strings } from '#strings/report.ts'
import type { Verification } from './verify-report.ts'

const { seal } = strings

/** What a seal on this page stands for, and what it cannot stand for. */
export function WhatWasChecked({ verification }: { verification: Verification }) {
  const { bundle, keys } = verification
  return (
    <details className="text-sm">
      <summary className="min-h-6 w-fit rounded font-medium">{seal.checked}</summary>
      <div className="mt-2 grid gap-3">
        <ul className="grid list-disc gap-1 pl-5">
          <li>{seal.checks.chain(bundle.events)}</li>
          <li>{seal.checks.seals(bundle.seals.length)}</li>
          <li>{seal.checks.keys}</li>
          <li>{seal.checks.page}</li>
        </ul>
        <p className="text-muted">{seal.checks.limit}</p>
        <ul className="grid gap-2">
          {keys.map(({ kid, fingerprint, issuers, seqs }) => (
            <li key={kid} className="grid gap-0.5 rounded-lg bg-sunken p-3 wrap-anywhere">
              <span className="font-medium">{seal.key(kid)}</span>
              <span>
                {seal.fingerprint} <code className="font-mono text-xs">{fingerprint}</code>
              </span>
              <span>
                {issuers.join(', ')}. {seal.sealedUpTo(seqs.join(', '))}
              </span>
            </li>
          ))}
        </ul>
      </div>
    </details>
  )
}
