/** What `launchpad init` writes below the line that names the schema: small, and every setting in it explained. */
export const scenarioTemplate = `# A scenario says what is to happen: who publishes how much, who serves it, what breaks, and what is expected.
# All settings are in docs/scenario-file.md. To see what is wrong with it, what theory says, and what happens:
#   launchpad validate scenario.yaml
#   launchpad predict -s scenario.yaml
#   launchpad simulate -s scenario.yaml

summary: A worker is killed while orders come in, and is back five seconds later.

producers:
  orders:
    rate: 20/s              # twenty orders a second,
    for: 5s                 # for five seconds: 100 in all
    to: [emails]            # each of them becomes a message on this queue

queues:
  emails:
    rate: 10/s              # the limit, over all its workers
    workers: 1              # processes
    concurrency: 5          # messages that each has in hand at once
    work: 200ms             # until the email is sent
    acknowledge: 100ms      # from then until the broker is told: a crash in between sends it twice
    redelivery: { after: 2s, check: 500ms } # how long a dead worker keeps what it had in hand

faults:
  # Aimed: at the first moment from 2s on when all that it has in hand has been sent, and the broker knows of none.
  - { at: 2s, kill: emails, when: after-effect }
  - { at: 7s, restart: emails }

expect:
  - lost == 0                    # nothing is lost,
  - emails.redeliveries == 5     # what the dead worker had in hand is handed out again,
  - emails.duplicateEffects <= 5 # so that at most five customers get their email twice,
  - emails.catchUp <= 15s        # and it has caught up soon after the restart

# The same with other settings, one after the other. What a variant expects comes beside what all do.
# Remove the # to compare them:
# variants:
#   as-it-is:
#     expect: [emails.duplicateEffects == 5]
#   effect-key: # the provider refuses a key that it has seen
#     queues.emails.idempotency: effect-key
#     expect: [emails.duplicateEffects == 0]
`;
