package dev.sluice.tests.simulation;

import dev.sluice.capture.stream.Slice;
import dev.sluice.capture.stream.SliceReader;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.journal.CopyProgress;
import dev.sluice.schemas.journal.CopyProgress.ChunkProgress;
import dev.sluice.schemas.journal.CopyProgress.TableProgress;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;

/**
 * {@link SliceReader} on a fake server: waits for P, opens snapshots, plans chunks. Not
 * thread-safe.
 */
final class FakeSliceReader implements SliceReader {

  private final SimulatedProcess process;
  private final World world;
  private final FakeServer server;

  /** Of the mutant that exchanges chunk and stream. */
  private List<List<NavigableMap<Key, Object[]>>> readBefore;

  FakeSliceReader(SimulatedProcess process, FakeServer server) {
    this.process = process;
    this.world = process.world();
    this.server = server;
  }

  @Override
  public CopyProgress initial() {
    return new CopyProgress(
        world.tables.plan.tables().stream()
            .map(table -> new TableProgress(table.name(), false, 0, 0, List.of()))
            .toList());
  }

  @Override
  public Slice open(String gtidSet, CopyProgress progress) {
    process.at("open a slice");
    List<List<NavigableMap<Key, Object[]>>> snapshots = new ArrayList<>();
    for (int reader = 0; reader < world.settings.readers; reader++) {
      if (server.shown() < server.count(gtidSet)) {
        world.tally.count(Happening.SNAPSHOT_BEHIND_DUMP);
      }
      waitForPosition(server.count(gtidSet));
      snapshots.add(server.snapshot());
      world.trace.say(
          () ->
              process
                  + " opens a snapshot at "
                  + server.shown()
                  + " for P "
                  + server.count(gtidSet));
      if (server.shown() > server.count(gtidSet)) {
        world.tally.count(Happening.SNAPSHOT_AHEAD_OF_POSITION);
      }
      process.at("snapshot open");
    }
    CopyProgress planned = planned(progress, snapshots.get(0));
    if (world.mutant == Mutant.CHUNK_AND_STREAM_EXCHANGED) {
      // rows read in this slice are sent in the next one, behind what the stream brings in between
      List<List<NavigableMap<Key, Object[]>>> read = snapshots;
      snapshots = readBefore == null ? read : readBefore;
      readBefore = read;
    }
    return new FakeSlice(process, planned, snapshots);
  }

  /** I4 rests on this wait: the dump may have sent what the engine does not show yet. */
  private void waitForPosition(int position) {
    if (world.mutant == Mutant.NO_WAIT_FOR_POSITION) {
      return;
    }
    if (server.executed() < position && world.fails()) {
      throw new SluiceException(ErrorCode.STREAM_BROKEN, "the wait timed out", "none");
    }
    server.waitForExecuted(position);
    process.at("waited");
  }

  private CopyProgress planned(CopyProgress progress, List<NavigableMap<Key, Object[]>> rows) {
    List<TableProgress> tables = new ArrayList<>();
    for (int table = 0; table < progress.tables().size(); table++) {
      TableProgress before = progress.tables().get(table);
      tables.add(
          before.planned()
              ? before
              : new TableProgress(
                  before.table(), true, 0, rows.get(table).size(), chunks(table, rows.get(table))));
    }
    return new CopyProgress(tables);
  }

  /** Bounds from the keys that are there; the last chunk is open-ended. */
  private List<ChunkProgress> chunks(int table, NavigableMap<Key, Object[]> rows) {
    List<ChunkProgress> chunks = new ArrayList<>();
    List<String> after = null;
    if (table == Tables.ACCOUNT && !world.settings.scanAccount && !rows.isEmpty()) {
      long low = rows.firstKey().first();
      long high = rows.lastKey().first();
      for (int i = 1; i < world.settings.chunks; i++) {
        List<String> upTo = List.of(Long.toString(low + (high - low) * i / world.settings.chunks));
        if (!upTo.equals(after)) {
          chunks.add(new ChunkProgress(after, upTo, false));
          after = upTo;
        }
      }
    }
    chunks.add(new ChunkProgress(after, null, false));
    return chunks;
  }

  @Override
  public void close() {
    // slices close their own snapshots
  }
}
