package dev.sluice.tests.simulation;

import dev.sluice.apply.core.ApplyLimits;
import dev.sluice.capture.stream.CutPolicy;
import java.time.Duration;

/** What one run is like, drawn from its seed. Immutable. */
final class Settings {

  final int sources;
  final int targets;
  final int rows;
  final int transactions;
  final int operations;
  final int hugeOneIn;
  final int hugeOperations;
  final int batchEvents;
  final int readers;
  final int chunks;
  final boolean scanAccount;
  final int sliceBatches;
  final int batchRows;
  final int lateOneIn;
  final int backlogOneIn;
  final int killOneIn;
  final int overtakeOneIn;
  final int failOneIn;
  final boolean foreignWriter;
  final boolean movesBetweenSources;
  final int readAhead;
  final CutPolicy cutPolicy;
  final ApplyLimits applyLimits;

  Settings(Chance chance) {
    sources = chance.oneIn(3) ? chance.between(2, 3) : 1;
    targets = chance.between(1, 3);
    rows = chance.between(0, 12);
    transactions = chance.between(10, 60);
    operations = chance.between(1, 5);
    hugeOneIn = chance.oneIn(2) ? 0 : 12;
    hugeOperations = chance.between(10, 30);
    batchEvents = chance.between(1, 12);
    readers = chance.between(1, 2);
    chunks = chance.between(1, 4);
    scanAccount = chance.oneIn(6);
    sliceBatches = chance.between(1, 6);
    batchRows = chance.between(1, 4);
    lateOneIn = chance.oneIn(3) ? 0 : chance.between(2, 20);
    backlogOneIn = chance.oneIn(2) ? 0 : chance.between(2, 4);
    boolean calm = chance.oneIn(4);
    killOneIn = calm ? 0 : chance.between(60, 800);
    overtakeOneIn = calm ? 0 : chance.between(30, 400);
    failOneIn = calm ? 0 : chance.between(20, 200);
    foreignWriter = chance.oneIn(5);
    movesBetweenSources = chance.oneIn(2);
    readAhead = chance.between(0, 2);
    cutPolicy =
        new CutPolicy(
            (long) chance.between(1, 30) * FakeJournalWriter.RECORD_BYTES,
            Duration.ofMillis(chance.between(0, 500)),
            Duration.ofSeconds(1),
            (long) chance.between(1, 20) * FakeJournalWriter.RECORD_BYTES);
    applyLimits =
        new ApplyLimits(
            chance.between(1, 12),
            1_000_000,
            chance.between(1, 30),
            1_000_000,
            1_000_000,
            100,
            Duration.ofSeconds(10));
  }
}
