import {
  type JsonObject,
  SENSORS,
  type Sensor,
  type SessionEvent,
  type SessionEventPayloads,
  type SessionEventType,
  type SessionState,
  type SignalKind,
} from '@viva/client'
import {
  ArrowLeftRight,
  Bot,
  CircleCheckBig,
  CircleDot,
  CirclePlay,
  CircleStop,
  ClipboardCheck,
  ClipboardPaste,
  Copy,
  Eraser,
  Eye,
  EyeOff,
  FileCheck,
  FileVideo,
  FileX,
  Flag,
  Focus,
  Gavel,
  ListX,
  type LucideIcon,
  MailOpen,
  MessageCircleQuestion,
  MessageSquareText,
  Minimize,
  MonitorUp,
  SquareTerminal,
  TriangleAlert,
  Unplug,
  UserCheck,
  Wifi,
  WifiOff,
} from 'lucide-react'
import { events as strings } from '#strings/events.ts'
import type { Tone } from '../ui/badge.tsx'
import { formatBytes, formatDateTime, formatNumber } from '../ui/format.ts'

/** An event for a person's eyes. */
export interface EventDescription {
  title: string
  /** What was said, or more about it. May be long: an answer stands here whole. */
  detail?: string
  tone: Tone
  icon: LucideIcon
}

const SIGNALS: Record<SignalKind, { tone: Tone; icon: LucideIcon }> = {
  tab_hidden: { tone: 'warn', icon: EyeOff },
  tab_visible: { tone: 'neutral', icon: Eye },
  focus_lost: { tone: 'warn', icon: ArrowLeftRight },
  focus_gained: { tone: 'neutral', icon: Focus },
  fullscreen_left: { tone: 'warn', icon: Minimize },
  paste: { tone: 'warn', icon: ClipboardPaste },
  copy: { tone: 'warn', icon: Copy },
  devtools_suspected: { tone: 'warn', icon: SquareTerminal },
  extra_screen: { tone: 'warn', icon: MonitorUp },
  // What a network or a device does is nobody's fault.
  network_lost: { tone: 'neutral', icon: WifiOff },
  network_regained: { tone: 'neutral', icon: Wifi },
  sensor_unavailable: { tone: 'neutral', icon: Unplug },
}

const TRANSITION_ICONS: Record<SessionState, LucideIcon> = {
  setup: CircleDot,
  precheck: CircleDot,
  ready: CircleDot,
  active: CirclePlay,
  completed: CircleCheckBig,
  ended: CircleStop,
}

/** What each type says. Adding a type of event to the contract fails to compile until it says something here. */
const DESCRIBERS: {
  [Type in SessionEventType]: (payload: SessionEventPayloads[Type]) => EventDescription
} = {
  'session.created': ({ expiresAt }) => ({
    title: strings.created,
    detail: strings.createdDetail(formatDateTime(expiresAt)),
    tone: 'neutral',
    icon: CircleDot,
  }),
  'session.claimed': ({ guest }) => ({
    title: guest ? strings.claimedAsGuest : strings.claimed,
    tone: 'neutral',
    icon: MailOpen,
  }),
  'session.prechecked': ({ consents }) => ({
    title: strings.prechecked,
    detail: describeConsents(consents),
    tone: 'neutral',
    icon: ClipboardCheck,
  }),
  'session.transitioned': ({ to, reason, note }) => ({
    title: reason === null ? strings.transitions[to] : strings.ended(strings.endReasons[reason]),
    ...(note !== null && note !== '' && { detail: note }),
    tone: to === 'completed' ? 'good' : to === 'ended' ? 'bad' : 'neutral',
    icon: TRANSITION_ICONS[to],
  }),
  'question.asked': ({ position, text, followUpOf }) => ({
    title: followUpOf === null ? strings.question(position) : strings.followUp(position),
    detail: text,
    tone: 'accent',
    icon: MessageCircleQuestion,
  }),
  'answer.received': ({ text, mediaId, late }) => ({
    title: late ? strings.lateAnswer : strings.answer,
    detail: [text === '' ? strings.emptyAnswer : text, mediaId !== null && strings.withRecording]
      .filter(Boolean)
      .join('\n'),
    tone: 'accent',
    icon: MessageSquareText,
  }),
  'signal.recorded': ({ kind, details }) => ({
    title: nameOf(strings.signals, kind),
    ...detailOf(details),
    ...lookOf(kind),
  }),
  'signal.gap': ({ from, to }) => ({
    title: strings.gap(to - from + 1),
    detail: strings.gapDetail(from, to),
    tone: 'warn',
    icon: ListX,
  }),
  'signal.reordered': ({ clientSeq, lastClientSeq, kind }) => ({
    title: strings.reordered(nameOf(strings.signals, kind)),
    detail: strings.reorderedDetail(clientSeq, lastClientSeq),
    tone: 'warn',
    icon: lookOf(kind).icon,
  }),
  'strike.issued': ({ severity, message }) => ({
    title: strings.strike(strings.severities[severity]),
    detail: message,
    tone: severity === 'info' ? 'warn' : 'bad',
    icon: TriangleAlert,
  }),
  'strike.reviewed': ({ decision, reason }) => ({
    title: strings.decisions[decision],
    detail: reason,
    tone: decision === 'lifted' ? 'good' : 'bad',
    icon: decision === 'lifted' ? UserCheck : Gavel,
  }),
  'policy.applied': ({ action, strikes, severity }) => ({
    title: strings.policy[action],
    detail: strings.policyDetail(strikes, strings.severities[severity]),
    tone: action === 'warn' ? 'warn' : 'bad',
    icon: action === 'end' ? CircleStop : Flag,
  }),
  'run.started': ({ purpose }) => ({
    title: strings.runStarted(strings.purposes[purpose]),
    tone: 'neutral',
    icon: Bot,
  }),
  'run.finished': ({ purpose, outcome, provider, model, inputTokens, outputTokens }) => ({
    title: strings.runOutcomes[outcome](strings.purposes[purpose]),
    detail: [
      strings.runDetail(provider, model),
      // The server's own questions take none.
      inputTokens + outputTokens > 0 && strings.tokens(formatNumber(inputTokens + outputTokens)),
    ]
      .filter(Boolean)
      .join(', '),
    tone: outcome === 'failed' ? 'warn' : 'neutral',
    icon: Bot,
  }),
  'media.stored': ({ kind, bytes, contentType }) => ({
    title: strings.mediaStored(nameOf(strings.mediaKinds, kind)),
    detail: strings.mediaDetail(formatBytes(bytes), contentType),
    tone: 'neutral',
    icon: FileVideo,
  }),
  'media.rejected': ({ reason }) => ({
    title: strings.mediaRejected,
    detail: reason,
    tone: 'warn',
    icon: FileX,
  }),
  'report.ready': ({ scored }) => ({
    title: strings.reportReady,
    detail: scored ? strings.reportScored : strings.reportUnscored,
    tone: 'good',
    icon: FileCheck,
  }),
  'report.failed': ({ attempts }) => ({
    title: strings.reportFailed,
    detail: strings.reportFailedDetail(attempts),
    tone: 'bad',
    icon: FileX,
  }),
}

/**
 * Says in plain words what an event means, whatever its type; the same everywhere that events are shown.
 *
 * @example
 * const { title, detail, tone, icon: Icon } = describeEvent(event)
 */
export function describeEvent(event: SessionEvent): EventDescription {
  const { type, payload } = event
  // A server that is newer than this page may write types that it does not know.
  if (!Object.hasOwn(DESCRIBERS, type)) {
    return { title: strings.unknownType(type), tone: 'neutral', icon: CircleDot }
  }
  if (payload === null) {
    return { title: strings.types[type], detail: strings.erased, tone: 'neutral', icon: Eraser }
  }
  return describe(type, payload)
}

/** Who did it: the candidate, somebody of the company, or the server. */
export function describeActor({ actor }: SessionEvent): string {
  const [kind] = actor.split(':')
  return kind === 'candidate' || kind === 'member' ? strings.actors[kind] : strings.actors.system
}

function describe<Type extends SessionEventType>(
  type: Type,
  payload: SessionEventPayloads[Type],
): EventDescription {
  return DESCRIBERS[type](payload)
}

function describeConsents(consents: Partial<Record<Sensor, boolean>>): string {
  const named = (decision: boolean) =>
    SENSORS.filter((sensor) => consents[sensor] === decision)
      .map((sensor) => strings.sensors[sensor])
      .join(', ')
  return strings.consents(named(true), named(false)) || strings.noConsents
}

/** What a browser said about a signal, as far as it is simple. */
function detailOf(details: JsonObject): { detail?: string } {
  const pairs = Object.entries(details)
    .filter(([, value]) => value !== null && typeof value !== 'object')
    .map(([name, value]) => strings.fact(name, String(value)))
  return pairs.length === 0 ? {} : { detail: pairs.join(', ') }
}

const lookOf = (kind: SignalKind): { tone: Tone; icon: LucideIcon } =>
  Object.hasOwn(SIGNALS, kind) ? SIGNALS[kind] : { tone: 'neutral', icon: CircleDot }

/** A value's name, or the value itself where a newer server has one that this page does not know. */
const nameOf = (names: Readonly<Record<string, string>>, value: string): string => names[value] ?? value
