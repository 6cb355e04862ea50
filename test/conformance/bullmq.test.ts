import { testDriver } from './broker-suite.js';
import { testDriverAway } from './broker-suite-away.js';
import { testDeadLetters } from './broker-suite-dead-letters.js';
import { testDeaths } from './broker-suite-deaths.js';
import { testDeduplication } from './broker-suite-deduplication.js';
import { testFailures } from './broker-suite-failures.js';
import { bullmq } from './fixtures/bullmq.js';

testDriver('bullmq', bullmq);
testFailures('bullmq', bullmq);
testDeaths('bullmq', bullmq);
testDeadLetters('bullmq', bullmq);
testDeduplication('bullmq', bullmq);
testDriverAway('bullmq', bullmq);
