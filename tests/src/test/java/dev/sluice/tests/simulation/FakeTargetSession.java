package dev.sluice.tests.simulation;

import dev.sluice.apply.core.StreamPlace;
import dev.sluice.apply.core.TableBatch;
import dev.sluice.apply.core.TargetSession;
import dev.sluice.apply.core.WriteMode;
import dev.sluice.schemas.change.Change;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

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

  /** Keys that the open transaction has touched, by table. */
  private final List<Set<Key>> touched = List.of(new TreeSet<>(), new TreeSet<>());

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
    touched.forEach(Set::clear);
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
  public void refuseBypassed(StreamPlace place) {
    throw new IllegalStateException("nobody denies writes in the simulation");
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
    batch.rows().forEach(change -> insert(stream, table, change, true));
  }

  private static String text(TableBatch batch) {
    List<String> changes = new ArrayList<>();
    batch.deletes().forEach(change -> changes.add(Texts.change(batch.table(), change)));
    batch.rows().forEach(change -> changes.add(Texts.change(batch.table(), change)));
    return changes.toString();
  }

  /** With several streams, only rows that lie in the stream's own shard, shown or parked. */
  private void delete(int stream, int table, Key key) {
    Object[] row = target.get(table, key);
    if (row != null && inScope(stream, table, row)) {
      target.remove(table, key);
    }
    if (target.parked(stream, table).containsKey(key)
        && world.mutant != Mutant.PARKED_ROW_OUTLIVES_ITS_DELETE) {
      target.unpark(stream, table, key);
    }
    touched.get(table).add(key);
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
    insert(stream, table, change, false);
  }

  private void insert(int stream, int table, Change change, boolean strict) {
    Key other = inTheWay(table, change.after());
    if (other == null) {
      target.put(table, change.after());
      return;
    }
    if (inScope(stream, table, target.get(table, other))) {
      if (strict) {
        throw new SluiceException(
            ErrorCode.TARGET_REFUSED_ROW, Key.of(change.key()) + " clashes with " + other, "none");
      }
      throw new IllegalStateException("own rows are gone before");
    }
    if (world.mutant == Mutant.OTHER_SHARDS_ROW_OVERWRITTEN) {
      while (other != null) {
        target.remove(table, other);
        other = inTheWay(table, change.after());
      }
      target.put(table, change.after());
      return;
    }
    target.park(stream, table, change.after());
    world.tally.count(Happening.PARKED);
    world.trace.say(
        () -> process + " parks " + Texts.change(table, change) + " of stream " + stream);
  }

  /** The key of a shown row in the row's place; null when there is room. */
  private Key inTheWay(int table, Object[] row) {
    Key key = Tables.key(table, row);
    return target.get(table, key) != null ? key : target.clash(table, row);
  }

  @Override
  public boolean hasParked() {
    return target.hasParked();
  }

  @Override
  public void placeTouched() {
    process.at("place parked rows");
    checkTransaction();
    for (int table = 0; table < Tables.COUNT; table++) {
      for (Key key : touched.get(table)) {
        for (int stream = 0; stream < tables.sources; stream++) {
          place(stream, table, key);
        }
      }
    }
  }

  @Override
  public int sweep(long passedMillis) {
    process.at("sweep");
    checkTransaction();
    int placed = 0;
    for (int stream = 0; stream < tables.sources; stream++) {
      for (int table = 0; table < Tables.COUNT; table++) {
        for (Key key : new TreeSet<>(target.parked(stream, table).keySet())) {
          placed += world.chance.oneIn(3) ? 0 : place(stream, table, key);
        }
      }
    }
    return placed;
  }

  private int place(int stream, int table, Key key) {
    Object[] row = target.parked(stream, table).get(key);
    if (row == null
        || inTheWay(table, row) != null
        || world.mutant == Mutant.PARKED_ROWS_NEVER_PLACED) {
      return 0;
    }
    target.unpark(stream, table, key);
    target.put(table, row);
    world.tally.count(Happening.PLACED);
    world.trace.say(() -> process + " places " + key + " of stream " + stream);
    return 1;
  }

  @Override
  public int deleteSome(int stream, int table) {
    process.at("empty");
    checkTransaction();
    Key key = target.keyWhere(table, row -> inScope(stream, table, row));
    if (key == null) {
      return 0;
    }
    target.remove(table, key);
    return 1;
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
