package dev.sluice.tests.simulation;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import java.util.ArrayList;
import java.util.List;

/**
 * Partitions and transactional producers, one transactional id a stream. A commit is decided at
 * once, and seen partition by partition later, so that a cut can be visible before its data. Not
 * thread-safe.
 */
final class FakeBroker {

  private final Chance chance;
  private final List<FakeLog> journals = new ArrayList<>();
  private final List<List<FakeLog>> data = new ArrayList<>();
  private final long[] epochs;
  private final FakeTransaction[] current;

  FakeBroker(Chance chance, Tables tables) {
    this.chance = chance;
    this.epochs = new long[tables.sources];
    this.current = new FakeTransaction[tables.sources];
    for (int stream = 0; stream < tables.sources; stream++) {
      journals.add(new FakeLog("journal-" + stream));
    }
    for (int table = 0; table < Tables.COUNT; table++) {
      List<FakeLog> partitions = new ArrayList<>();
      for (int partition = 0; partition < tables.partitions(); partition++) {
        partitions.add(new FakeLog(tables.plan.tables().get(table).name() + "-" + partition));
      }
      data.add(partitions);
    }
  }

  FakeLog journal(int stream) {
    return journals.get(stream);
  }

  FakeLog data(int table, int partition) {
    return data.get(table).get(partition);
  }

  /** initTransactions: ends what a predecessor left open; answers the new producer epoch. */
  long initTransactions(int stream) {
    if (current[stream] != null) {
      if (!current[stream].decided()) {
        current[stream].decide(false);
      }
      current[stream].markAll(chance);
      current[stream] = null;
    }
    return ++epochs[stream];
  }

  long send(int stream, long epoch, FakeLog log, Object payload) {
    check(stream, epoch);
    FakeTransaction transaction = current[stream];
    if (transaction != null && transaction.decided()) {
      // the coordinator lets no transaction begin before the last one is complete
      transaction.markAll(chance);
      transaction = null;
    }
    if (transaction == null) {
      transaction = new FakeTransaction();
      current[stream] = transaction;
    }
    return log.append(transaction, payload);
  }

  void end(int stream, long epoch, boolean commit) {
    check(stream, epoch);
    if (current[stream] != null && !current[stream].decided()) {
      current[stream].decide(commit);
    }
  }

  /**
   * The coordinator gives up a transaction that has been open for too long; its producer is out.
   */
  boolean timeOut(int stream) {
    if (current[stream] == null || current[stream].decided()) {
      return false;
    }
    current[stream].decide(false);
    epochs[stream]++;
    return true;
  }

  private void check(int stream, long epoch) {
    if (epoch != epochs[stream]) {
      throw new SluiceException(
          ErrorCode.FENCED, "producer epoch " + epoch + " of stream " + stream + " is old", "none");
    }
  }

  /** Some partition gets a mark that is on its way. */
  void markOne(int stream) {
    if (current[stream] != null && current[stream].decided()) {
      current[stream].markOne(chance);
    }
  }
}
