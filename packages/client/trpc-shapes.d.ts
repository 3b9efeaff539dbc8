/**
 * What the published declarations need of tRPC's types: the shape of a procedure. build.ts puts them in tRPC's place, so
 * that whoever type-checks against the SDK need not load, check and satisfy the declarations of a server library.
 */
interface Procedure<Type extends string, Definition extends { input: unknown; output: unknown }> {
  _def: { type: Type; $types: { input: Definition['input']; output: Definition['output'] } }
}
export interface TRPCQueryProcedure<Definition extends { input: unknown; output: unknown }>
  extends Procedure<'query', Definition> {}
export interface TRPCMutationProcedure<Definition extends { input: unknown; output: unknown }>
  extends Procedure<'mutation', Definition> {}
export interface TRPCSubscriptionProcedure<Definition extends { input: unknown; output: unknown }>
  extends Procedure<'subscription', Definition> {}
export interface TrackedData<Data> {
  id: string
  data: Data
}
export interface TRPCBuiltRouter<_Root, Record> {
  _def: { record: Record }
}
export type TRPCDecorateCreateRouterOptions<Record> = Record
export type TRPC_ERROR_CODE_KEY = string
export interface TRPCErrorShape {
  code: number
  message: string
}
