import type { AuthResult, AuthTokens, DemoAccount, Device, Me, SignUpReceipt } from '../../contract/index.ts'
import { auth } from '../../contract/schemas.ts'
import { output } from '../../trpc/output.ts'
import { optionalUserProcedure, publicProcedure, userProcedure } from '../../trpc/procedures.ts'
import { demoAccounts } from './demo-accounts.ts'
import { devices } from './devices.ts'
import { LOG_IN_PER_IP, REFRESH_PER_IP, SIGN_UP_PER_IP } from './limits.ts'
import { logIn } from './log-in.ts'
import { logOut } from './log-out.ts'
import { logOutEverywhere } from './log-out-everywhere.ts'
import { me } from './me.ts'
import { refresh } from './refresh.ts'
import { revokeDevice } from './revoke-device.ts'
import { signUp } from './sign-up.ts'

export const authRouter = {
  signUp: publicProcedure(SIGN_UP_PER_IP)
    .input(auth.signUpInput)
    .output(output<SignUpReceipt>())
    .mutation(signUp),
  logIn: publicProcedure(LOG_IN_PER_IP).input(auth.logInInput).output(output<AuthResult>()).mutation(logIn),
  refresh: publicProcedure(REFRESH_PER_IP)
    .input(auth.refreshInput)
    .output(output<AuthTokens | null>())
    .mutation(refresh),
  logOut: optionalUserProcedure().input(auth.logOutInput).output(output<null>()).mutation(logOut),
  logOutEverywhere: userProcedure().input(auth.logOutInput).output(output<null>()).mutation(logOutEverywhere),
  me: userProcedure().output(output<Me>()).query(me),
  devices: userProcedure().output(output<Device[]>()).query(devices),
  demoAccounts: publicProcedure().output(output<readonly DemoAccount[]>()).query(demoAccounts),
  revokeDevice: userProcedure().input(auth.revokeDeviceInput).output(output<null>()).mutation(revokeDevice),
}
