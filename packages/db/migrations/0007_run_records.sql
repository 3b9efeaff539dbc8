ALTER TABLE "ai_runs" ALTER COLUMN "input_tokens" SET DATA TYPE bigint;--> statement-breakpoint
ALTER TABLE "ai_runs" ALTER COLUMN "output_tokens" SET DATA TYPE bigint;--> statement-breakpoint
ALTER TABLE "ai_runs" ALTER COLUMN "cost_micro_usd" SET DEFAULT 0;--> statement-breakpoint
ALTER TABLE "ai_runs" ADD COLUMN "earlier_calls" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
-- From here on null means that the cost is not known; nothing was spent on a run that no provider was called for.
UPDATE "ai_runs" SET "cost_micro_usd" = 0 WHERE "status" <> 'finished' AND "calls" = 0;
