/** What a member is in a company. A candidate needs no membership. */
export const ROLES = ['admin', 'hr', 'team_lead', 'employee', 'reviewer'] as const
export type Role = (typeof ROLES)[number]

/** Every permission of a company. */
export const PERMISSIONS = [
  'company.read',
  'members.read',
  'members.manage',
  'interviews.read',
  'interviews.write',
  'interviews.publish',
  'policies.read',
  'policies.write',
  'sessions.read',
  'sessions.invite',
  'sessions.end',
  'reports.read',
  'strikes.review',
  'evidence.export',
] as const
export type Permission = (typeof PERMISSIONS)[number]

/** The one map from role to permissions. Changing who may do what means changing this and nothing else. */
export const ROLE_PERMISSIONS: Record<Role, readonly Permission[]> = {
  admin: PERMISSIONS,
  hr: [
    'company.read',
    'members.read',
    'interviews.read',
    'interviews.write',
    'interviews.publish',
    'policies.read',
    'policies.write',
    'sessions.read',
    'sessions.invite',
    'sessions.end',
    'reports.read',
    'strikes.review',
    'evidence.export',
  ],
  team_lead: [
    'company.read',
    'members.read',
    'interviews.read',
    'interviews.write',
    'policies.read',
    'sessions.read',
    'sessions.invite',
    'reports.read',
  ],
  employee: ['company.read', 'interviews.read'],
  reviewer: [
    'company.read',
    'interviews.read',
    'policies.read',
    'sessions.read',
    'reports.read',
    'strikes.review',
    'evidence.export',
  ],
}

/** Whether `role` has `permission`. */
export function roleHas(role: Role, permission: Permission): boolean {
  return ROLE_PERMISSIONS[role].includes(permission)
}
