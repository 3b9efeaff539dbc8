import { QueryClient } from '@tanstack/react-query'
import { cleanup, configure, type RenderHookResult, renderHook } from '@testing-library/react'
import { type ReactNode, StrictMode } from 'react'
import { afterEach, beforeEach, expect, type MockInstance, vi } from 'vitest'
import type { Viva } from '../index.ts'
import { VivaProvider } from '../react/index.ts'

// A second, the default, is little on a busy machine.
configure({ asyncUtilTimeout: 30_000 })

/** Takes components down after each test, and lets React complain about nothing. */
export function keepReactQuiet(): void {
  let complaints: MockInstance
  beforeEach(() => {
    complaints = vi.spyOn(console, 'error')
  })
  afterEach(() => {
    cleanup()
    expect(complaints.mock.calls).toEqual([])
    complaints.mockRestore()
  })
}

/** The provider as an application puts it around itself, in StrictMode: all effects run twice at first. */
export function stageOf(viva: Viva, queryClient = new QueryClient()) {
  return ({ children }: { children: ReactNode }) => (
    <StrictMode>
      <VivaProvider viva={viva} queryClient={queryClient}>
        {children}
      </VivaProvider>
    </StrictMode>
  )
}

/** Shows what a hook gives, in a component of its own. */
export function show<Value>(
  viva: Viva,
  useValue: () => Value,
  queryClient?: QueryClient,
): RenderHookResult<Value, unknown> {
  return renderHook(useValue, { wrapper: stageOf(viva, queryClient) })
}
