import type { JsonObject } from '@viva/client'
import type { DeviceStatus } from './use-device-stream.ts'

/** What the checks came to. */
export interface CheckResults {
  camera: DeviceStatus
  microphone: DeviceStatus
  fullscreen: DeviceStatus
  network: DeviceStatus
  latencyMs: number | null
}

/**
 * Facts about the device that help a person to read the log: what was checked, how large the window is, in which language
 * and zone. Nothing that tells one device from another for its own sake.
 */
export function deviceFacts(results: CheckResults): JsonObject {
  return {
    checks: {
      camera: results.camera,
      microphone: results.microphone,
      fullscreen: results.fullscreen,
      network: results.network,
    },
    latencyMs: results.latencyMs,
    browser: navigator.userAgent.slice(0, 300),
    language: navigator.language,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    window: { width: innerWidth, height: innerHeight },
    screen: { width: screen.width, height: screen.height },
  }
}
