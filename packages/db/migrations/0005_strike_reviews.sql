DROP INDEX "sessions_company";--> statement-breakpoint
DROP INDEX "sessions_interview";--> statement-breakpoint
DROP INDEX "sessions_company_state";--> statement-breakpoint
ALTER TABLE "media_objects" ADD COLUMN "question_id" uuid;--> statement-breakpoint
ALTER TABLE "strikes" ADD COLUMN "review_decision" text;--> statement-breakpoint
ALTER TABLE "strikes" ADD COLUMN "review_reason" text;--> statement-breakpoint
ALTER TABLE "strikes" ADD COLUMN "reviewed_by" uuid;--> statement-breakpoint
ALTER TABLE "strikes" ADD COLUMN "reviewed_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "media_objects" ADD CONSTRAINT "media_objects_question_id_questions_id_fk" FOREIGN KEY ("question_id") REFERENCES "public"."questions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "strikes" ADD CONSTRAINT "strikes_reviewed_by_users_id_fk" FOREIGN KEY ("reviewed_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "sessions_interview_state" ON "sessions" USING btree ("company_id","interview_id","state","flagged","created_at","id");--> statement-breakpoint
CREATE INDEX "sessions_company_email" ON "sessions" USING btree ("company_id","candidate_email","created_at","id") WHERE candidate_email is not null;--> statement-breakpoint
CREATE INDEX "sessions_company" ON "sessions" USING btree ("company_id","created_at","id");--> statement-breakpoint
CREATE INDEX "sessions_interview" ON "sessions" USING btree ("company_id","interview_id","created_at","id");--> statement-breakpoint
CREATE INDEX "sessions_company_state" ON "sessions" USING btree ("company_id","state","flagged","created_at","id");--> statement-breakpoint
ALTER TABLE "strikes" ADD CONSTRAINT "strikes_review_decision" CHECK ("strikes"."review_decision" in ('confirmed', 'lifted'));--> statement-breakpoint
ALTER TABLE "strikes" ADD CONSTRAINT "strikes_review_whole" CHECK (num_nulls("strikes"."review_decision", "strikes"."review_reason", "strikes"."reviewed_by", "strikes"."reviewed_at") in (0, 4));