package dev.sluice.tests.simulation;

import dev.sluice.capture.stream.CopyBatch;
import dev.sluice.capture.stream.Slice;
import dev.sluice.schemas.journal.CopyProgress;
import dev.sluice.schemas.journal.CopyProgress.ChunkProgress;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;

/** {@link Slice} over snapshots of a fake server; ends after so many batches. Not thread-safe. */
final class FakeSlice implements Slice {

  /** A chunk that this slice reads, by one reader. */
  private static final class Reading {
    private final int table;
    private final int chunk;
    private final NavigableMap<Key, Object[]> rows;
    private final Key upTo;
    private final boolean scan;
    private Key after;
    private boolean begun;

    private Reading(
        int table,
        int chunk,
        ChunkProgress progress,
        NavigableMap<Key, Object[]> rows,
        boolean scan) {
      this.table = table;
      this.chunk = chunk;
      this.rows = rows;
      this.scan = scan;
      this.after = scan ? null : key(progress.after());
      this.upTo = key(progress.upTo());
    }

    private static Key key(List<String> literals) {
      if (literals == null) {
        return null;
      }
      long first = Long.parseLong(literals.get(0));
      return new Key(first, literals.size() > 1 ? Long.parseLong(literals.get(1)) : 0);
    }

    private CopyBatch read(int most) {
      List<Object[]> batch = new ArrayList<>();
      Key next = after == null ? first() : rows.higherKey(after);
      while (next != null && batch.size() < most && (upTo == null || next.compareTo(upTo) <= 0)) {
        batch.add(rows.get(next));
        after = next;
        next = rows.higherKey(next);
      }
      boolean restarted = scan && !begun;
      begun = true;
      boolean done = next == null || (upTo != null && next.compareTo(upTo) > 0);
      List<String> lastKey = scan || batch.isEmpty() ? null : literals();
      return new CopyBatch(table, chunk, batch, lastKey, restarted, done);
    }

    private Key first() {
      return rows.isEmpty() ? null : rows.firstKey();
    }

    private List<String> literals() {
      String first = Long.toString(after.first());
      return table == Tables.ACCOUNT
          ? List.of(first)
          : List.of(first, Long.toString(after.second()));
    }
  }

  private final SimulatedProcess process;
  private final World world;
  private final CopyProgress planned;
  private final List<Reading> readings = new ArrayList<>();
  private int batchesLeft;

  FakeSlice(
      SimulatedProcess process,
      CopyProgress planned,
      List<List<NavigableMap<Key, Object[]>>> snapshots) {
    this.process = process;
    this.world = process.world();
    this.planned = planned;
    this.batchesLeft = world.chance.between(1, world.settings.sliceBatches);
    for (int table = 0; table < planned.tables().size(); table++) {
      List<ChunkProgress> chunks = planned.tables().get(table).chunks();
      for (int chunk = 0; chunk < chunks.size(); chunk++) {
        if (!chunks.get(chunk).done()) {
          boolean scan = table == Tables.ACCOUNT && world.settings.scanAccount;
          var snapshot = world.chance.of(snapshots).get(table);
          readings.add(new Reading(table, chunk, chunks.get(chunk), snapshot, scan));
        }
      }
    }
  }

  @Override
  public CopyProgress planned() {
    return planned;
  }

  @Override
  public CopyBatch poll() {
    process.at("poll the slice");
    if (finished() || world.comesLate()) {
      return null;
    }
    Reading reading = batchesLeft > 0 ? world.chance.of(readings) : begunScan();
    batchesLeft--;
    CopyBatch batch = reading.read(world.chance.between(1, world.settings.batchRows));
    if (batch.done()) {
      readings.remove(reading);
    }
    return batch;
  }

  /** The time is over, but a scan that has begun goes on to its end: it could not be resumed. */
  private Reading begunScan() {
    return readings.stream().filter(r -> r.scan && r.begun).findFirst().orElse(null);
  }

  @Override
  public boolean finished() {
    return readings.isEmpty() || (batchesLeft <= 0 && begunScan() == null);
  }

  @Override
  public void close() {
    process.at("close the slice");
  }
}
