/**
 * Importing this first makes the process a page, as far as React needs one. Network, timers and abort signals stay those of
 * Node, so that the server under test can run beside it.
 */
import { JSDOM } from 'jsdom'

const { window } = new JSDOM('<!doctype html><html lang="en"><title>Test</title><body></body></html>', {
  pretendToBeVisual: true,
})
for (const name of ['document', 'HTMLElement', 'Node', 'MutationObserver'] as const) {
  Object.defineProperty(globalThis, name, { value: window[name], configurable: true })
}
Object.defineProperty(globalThis, 'window', { value: window, configurable: true })
