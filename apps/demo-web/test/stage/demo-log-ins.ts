import type { Role } from '@viva/client'

/** An account of the demo. */
export interface DemoLogIn {
  email: string
  password: string
}

/** Reads the demo's log-ins where people read them: in what the server writes at its start. */
export function demoLogIns(output: string): Record<Role, DemoLogIn> {
  const logIn = (role: Role): DemoLogIn => {
    const line = new RegExp(`^ *${role} +(?<email>\\S+@\\S+) +(?<password>\\S+)$`, 'm').exec(output)
    const { email, password } = line?.groups ?? {}
    if (!email || !password) throw new Error(`the server names no demo log-in for ${role}:\n${output}`)
    return { email, password }
  }
  return {
    admin: logIn('admin'),
    hr: logIn('hr'),
    team_lead: logIn('team_lead'),
    employee: logIn('employee'),
    reviewer: logIn('reviewer'),
  }
}
