DROP INDEX "auth_sessions_refresh";--> statement-breakpoint
DROP INDEX "auth_sessions_previous_refresh";--> statement-breakpoint
ALTER TABLE "auth_sessions" ADD COLUMN "family_hash" "bytea" NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "auth_sessions_family" ON "auth_sessions" USING btree ("family_hash");