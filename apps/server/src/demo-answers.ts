import type { SignalKind } from '@viva/api/contract'

/** One answer of the demo's sample session, and what the candidate's browser saw while it was written. */
export interface DemoAnswer {
  text: string
  signals: readonly SignalKind[]
}

/**
 * Answers to the demo's screening, in the order of its questions. The page was hidden twice and something was pasted, so
 * that the standard policy has two strikes for a person to judge: what was pasted is visibly the candidate's own plan.
 */
export const demoAnswers: readonly DemoAnswer[] = [
  {
    signals: ['tab_hidden', 'tab_visible'],
    text: `"Some users" is the most useful part of the report, so I would start there: what do the slow ones have in common? I would split the latency by region, by app server, by account size and by logged-in or not, before I read any code.

If the slow requests all come from one server or one zone, it is that machine or the network in front of it, and I take it out of rotation first and look for the reason afterwards. If they are spread over all servers but belong to the same accounts, it is the data: usually a query whose plan changed because those accounts crossed some size, or a cache entry that no longer fits. If it is random users at random times, I would suspect a pool that runs empty, because then you wait your turn and everything else looks healthy.

"Since this morning" is the second clue. I would line the first slow minute up with deploys, migrations, certificate and configuration changes and the nightly jobs. If something fits I would undo it before I understand it, as long as undoing is cheap. 200 ms to 4 s is also suspiciously close to a timeout plus one retry, so I would check whether one dependency is failing rather than slow.`,
  },
  {
    signals: ['tab_hidden', 'paste', 'tab_visible'],
    text: `I have a checklist for this from my last team, so this is from my notes.

1. Add the new column, nullable and without a default that rewrites the table. Short lock, set a lock timeout and retry. Can be undone by dropping it.
2. Deploy code that writes both columns and still reads the old one. Can be undone by a rollback.
3. Fill the new column for old rows in small batches by primary key, with pauses, watching replication lag. Can be stopped at any time and started again.
4. Check: count the rows where the two differ. It has to be zero and stay zero for a day.
5. Deploy code that reads the new column and still writes both. Rolling back is safe because the old column is still right.
6. Stop writing the old column. This is the point where turning back starts to cost something: from here on the old column gets stale, and going back means filling it again.
7. After a week, and after searching reports, exports and the data team's jobs for the old name, drop the old column. This is the only step that cannot be undone.

The step people skip is 4, and the readers people forget are the ones outside the repository.`,
  },
  {
    signals: [],
    text: `Two years ago I cleaned up what I thought were unused DNS records. One of them was used by a payment provider to call us back, once a day, at settlement. Nothing broke for eleven hours, and then every settlement of the day failed. It took us another three hours to find it, because nobody connected it with a change from the day before, me included: I was in the incident channel the whole time and did not think of it.

What I did wrong was to take "no queries in the last hour" for "unused". What made it worse was that the change had no owner's name on it anywhere that the people on call would look.

Since then records are changed only through a repository, each has a comment that says who needs it, and removing one is two steps: first the record is made to answer with a host that logs and alerts, and only after thirty quiet days it goes. Changes of that kind also show up as a line on the graphs. I have used the same two steps for removing API endpoints since, and it has caught callers twice.`,
  },
]
