package dev.sluice.tests.simulation;

import dev.sluice.apply.core.OtherShardsRowException;
import dev.sluice.apply.core.StreamPlace;
import dev.sluice.apply.core.TableBatch;
import dev.sluice.apply.core.TargetSession;
import dev.sluice.apply.core.WriteMode;
import dev.sluice.schemas.change.Change;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import java.util.ArrayList;
import java.util.List;

/**
 * {@link TargetSession} with the meaning that docs/design/0004-apply.md gives to its statements.
 * Not thread-safe.
 */
final class FakeTargetSession implements TargetSession {

  private final SimulatedProcess process;
  private final World world;
  private final FakeTarget target;
  private final Tables tables;
  private final long[] ownerEpochs;
  private boolean ended;
  private StreamPlace beginning;
  private boolean exact;

  FakeTargetSession(SimulatedProcess process, FakeTarget target) {
    this.process = process;
    this.world = process.world();
    this.target = target;
    this.tables = world.tables;
    this.ownerEpochs = new long[tables.sources];
  }

  /** Takes the checkpoints over, row by row; answers where they stand. */
  List<StreamPlace> takeOver(FakeTargetSession predecessor) {
    List<StreamPlace> places = new ArrayList<>();
    for (int stream = 0; stream < ownerEpochs.length; stream++) {
      process.at("take over");
      if (predecessor != null && world.chance.oneIn(2)) {
        predecessor.ended = true;
      }
      ownerEpochs[stream] = target.takeOver(stream);
      places.add(target.place(stream));
    }
    world.trace.say(
        () -> process + " takes over at " + places.stream().map(StreamPlace::cut).toList());
    return places;
  }

  /** The server notices that the process is gone. */
  void connectionLost() {
    ended = true;
    if (target.owns(this)) {
      target.rollback();
    }
  }

  @Override
  public void begin(StreamPlace place) {
    process.at("begin");
    checkConnection();
    if (target.busyFor(this)) {
      throw new SluiceException(ErrorCode.MYSQL_CONTENTION, "lock wait timeout", "none");
    }
    if (ownerEpochs[place.stream()] != target.ownerEpoch(place.stream())) {
      throw new SluiceException(ErrorCode.FENCED, process + " is no owner any more", "none");
    }
    exact = target.place(place.stream()).consistent();
    beginning = target.place(place.stream());
    target.begin(this, place);
    process.at("begun");
  }

  private void checkConnection() {
    if (ended) {
      throw new SluiceException(ErrorCode.MYSQL_UNAVAILABLE, "the connection is gone", "none");
    }
  }

  /** A transaction that a successor has rolled back is gone, and so is its connection. */
  private void checkTransaction() {
    checkConnection();
    if (!target.owns(this)) {
      throw new SluiceException(ErrorCode.MYSQL_UNAVAILABLE, "the transaction is gone", "none");
    }
  }

  @Override
  public void write(int stream, WriteMode mode, TableBatch batch) {
    process.at("write");
    checkTransaction();
    world.trace.say(() -> process + " writes " + mode + " of stream " + stream + " " + text(batch));
    boolean scoped = tables.sources > 1;
    int table = batch.table();
    batch.deletes().forEach(change -> delete(stream, table, Key.of(change.key())));
    if (mode == WriteMode.REPLACE || (!scoped && table == Tables.ENTRY)) {
      for (Change change : batch.rows()) {
        replace(stream, table, change);
      }
      return;
    }
    batch.rows().forEach(change -> delete(stream, table, Key.of(change.key())));
    batch.rows().forEach(change -> insert(stream, table, change));
  }

  private static String text(TableBatch batch) {
    List<String> changes = new ArrayList<>();
    batch.deletes().forEach(change -> changes.add(Texts.change(batch.table(), change)));
    batch.rows().forEach(change -> changes.add(Texts.change(batch.table(), change)));
    return changes.toString();
  }

  /** With several streams, only rows that lie in the stream's own shard. */
  private void delete(int stream, int table, Key key) {
    Object[] row = target.get(table, key);
    if (row != null && inScope(stream, table, row)) {
      target.remove(table, key);
    }
  }

  private boolean inScope(int stream, int table, Object[] row) {
    return tables.sources == 1 || tables.sourceOf(table, row) == stream;
  }

  private void replace(int stream, int table, Change change) {
    delete(stream, table, Key.of(change.key()));
    Key clash = target.clash(table, change.after());
    while (clash != null && inScope(stream, table, target.get(table, clash))) {
      target.remove(table, clash);
      world.tally.count(Happening.REPLACED_OTHER_ROW);
      clash = target.clash(table, change.after());
    }
    insert(stream, table, change);
  }

  private void insert(int stream, int table, Change change) {
    Key key = Key.of(change.key());
    Key other = target.get(table, key) != null ? key : target.clash(table, change.after());
    if (other == null) {
      target.put(table, change.after());
      return;
    }
    Object[] row = target.get(table, other);
    SluiceException refused =
        new SluiceException(ErrorCode.TARGET_REFUSED_ROW, key + " clashes with " + other, "none");
    if (inScope(stream, table, row)) {
      throw refused;
    }
    throw new OtherShardsRowException(stream, refused);
  }

  @Override
  public void commit() {
    process.at("commit");
    checkTransaction();
    failSometimes();
    world.shardChecks.get(target.shard).committing(this, beginning, exact);
    target.commit();
    world.trace.say(() -> process + " has committed");
    process.at("committed");
    failSometimes();
  }

  private void failSometimes() {
    if (world.fails()) {
      world.tally.count(Happening.UNCLEAR_COMMIT);
      world.trace.say(() -> process + " does not learn how its commit ended");
      connectionLost();
      throw new SluiceException(ErrorCode.MYSQL_UNAVAILABLE, "connection lost", "none");
    }
  }

  @Override
  public void rollback() {
    if (target.owns(this)) {
      target.rollback();
    }
  }

  long ownerEpoch(int stream) {
    return ownerEpochs[stream];
  }
}
