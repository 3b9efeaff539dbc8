import type { Company, Me, Member, MemberInvitation } from '../../contract/index.ts'
import { companies } from '../../contract/schemas.ts'
import { output } from '../../trpc/output.ts'
import { companyProcedure, userProcedure } from '../../trpc/procedures.ts'
import { acceptInvitation } from './accept-invitation.ts'
import { changeRole } from './change-role.ts'
import { create } from './create.ts'
import { get } from './get.ts'
import { inviteMember } from './invite-member.ts'
import { members } from './members.ts'
import { removeMember } from './remove-member.ts'
import { update } from './update.ts'

export const companiesRouter = {
  create: userProcedure().input(companies.createCompanyInput).output(output<Company>()).mutation(create),
  get: companyProcedure('company.read').input(companies.companyInput).output(output<Company>()).query(get),
  update: companyProcedure('members.manage')
    .input(companies.updateCompanyInput)
    .output(output<Company>())
    .mutation(update),
  members: companyProcedure('members.read')
    .input(companies.companyInput)
    .output(output<Member[]>())
    .query(members),
  inviteMember: companyProcedure('members.manage')
    .input(companies.inviteMemberInput)
    .output(output<MemberInvitation>())
    .mutation(inviteMember),
  acceptInvitation: userProcedure()
    .input(companies.acceptMemberInvitationInput)
    .output(output<Me['memberships'][number]>())
    .mutation(acceptInvitation),
  changeRole: companyProcedure('members.manage')
    .input(companies.changeRoleInput)
    .output(output<null>())
    .mutation(changeRole),
  removeMember: companyProcedure('members.manage')
    .input(companies.removeMemberInput)
    .output(output<null>())
    .mutation(removeMember),
}
