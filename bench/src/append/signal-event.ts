/** The event that is measured: the commonest one, a browser's signal. */
export function signalEvent(clientSeq: number) {
  return {
    type: 'signal.recorded' as const,
    payload: {
      clientSeq,
      clientTime: '2026-01-31T09:00:00.000Z',
      kind: 'tab_hidden' as const,
      details: { visibility: 'hidden', durationMs: clientSeq },
    },
  }
}
