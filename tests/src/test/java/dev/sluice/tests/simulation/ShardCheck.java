package dev.sluice.tests.simulation;

import dev.sluice.apply.core.StreamPlace;
import dev.sluice.schemas.journal.Cut;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Looks at one target shard at each commit: I7, I8 and I9. Not thread-safe. */
final class ShardCheck {

  /** What the shard should hold of one source server, transaction by transaction. */
  private final class Model {
    private final FakeServer server;
    private final List<Map<Key, Object[]>> rows = new ArrayList<>();
    private int position;

    private Model(FakeServer server) {
      this.server = server;
      for (int table = 0; table < Tables.COUNT; table++) {
        rows.add(new HashMap<>());
      }
    }

    private void advance(int newPosition) {
      while (position < newPosition) {
        for (RowWrite write : server.transaction(++position).writes()) {
          Map<Key, Object[]> table = rows.get(write.table());
          if (write.before() != null) {
            table.remove(Tables.key(write.table(), write.before()));
          }
          if (write.after() != null
              && !Tables.echoed(write.table(), write.after())
              && world.tables.targetOf(write.table(), write.after()) == target.shard) {
            table.put(Tables.key(write.table(), write.after()), write.after());
          }
        }
      }
    }
  }

  private final World world;
  private final FakeTarget target;
  private final List<Model> models = new ArrayList<>();
  private final boolean[] consistent;

  ShardCheck(World world, FakeTarget target) {
    this.world = world;
    this.target = target;
    world.servers.forEach(server -> models.add(new Model(server)));
    consistent = new boolean[models.size()];
  }

  /** Asked before a transaction becomes visible, with everything in it written. */
  void committing(FakeTargetSession session, StreamPlace before, boolean exact) {
    int stream = before.stream();
    StreamPlace place = target.place(stream);
    hold(
        session.ownerEpoch(stream) == target.ownerEpoch(stream),
        Invariant.I9,
        () ->
            "owner " + session.ownerEpoch(stream) + " commits under " + target.ownerEpoch(stream));
    checkPlace(before, place);
    if (exact) {
      target
          .foreign()
          .forEach(
              (key, row) ->
                  hold(
                      target.get(Tables.ACCOUNT, key) == row,
                      Invariant.I8,
                      () -> "somebody's row " + Arrays.toString(row) + " was overwritten"));
    }
    if (place.consistent()) {
      world.tally.count(Happening.CONSISTENT_COMMIT);
      consistent[stream] = true;
      models.get(stream).advance(models.get(stream).server.count(place.gtidSet()));
      equal(() -> "at cut " + place.cut() + " of stream " + stream);
    }
  }

  private void checkPlace(StreamPlace before, StreamPlace place) {
    hold(
        place.cut() > before.cut() || place.equals(before),
        Invariant.CHECKPOINT,
        () -> "goes from cut " + before.cut() + " to " + place.cut());
    if (place.cut() > 0) {
      FakeLog journal = world.broker.journal(place.stream());
      boolean known =
          place.journalOffset() < journal.lastStableOffset()
              && journal.committed(place.journalOffset()) instanceof Cut cut
              && cut.number() == place.cut()
              && cut.captureEpoch() == place.captureEpoch();
      hold(known, Invariant.CHECKPOINT, () -> "names " + place + ", which is no committed cut");
    }
  }

  /** Rows of each source shard whose stream is consistent here, shown or parked, equal it (I7). */
  private void equal(Supplier<String> when) {
    for (int stream = 0; stream < consistent.length; stream++) {
      if (consistent[stream]) {
        compare(stream, Invariant.I7, when);
      }
    }
  }

  private void compare(int stream, Invariant invariant, Supplier<String> when) {
    for (int number = 0; number < Tables.COUNT; number++) {
      int table = number;
      Map<Key, Object[]> expected = models.get(stream).rows.get(table);
      Map<Key, Object[]> present = new HashMap<>(target.parked(stream, table));
      target
          .rows(table)
          .forEach(
              (key, row) -> {
                if (target.foreign().get(key) != row
                    && !Tables.echoed(table, row)
                    && world.tables.sourceOf(table, row) == stream) {
                  Object[] parked = present.put(key, row);
                  hold(parked == null, invariant, () -> key + " is shown and parked");
                }
              });
      present.forEach(
          (key, row) -> {
            Object[] model = expected.get(key);
            hold(
                Arrays.equals(model, row),
                invariant,
                () ->
                    when.get()
                        + ": the row is "
                        + Arrays.toString(row)
                        + ", not "
                        + Arrays.toString(model));
          });
      if (present.size() != expected.size()) {
        hold(false, invariant, () -> when.get() + ": " + missing(table, expected, present));
      }
    }
  }

  private static String missing(
      int table, Map<Key, Object[]> expected, Map<Key, Object[]> present) {
    return expected.entrySet().stream()
            .filter(entry -> !present.containsKey(entry.getKey()))
            .map(entry -> Arrays.toString(entry.getValue()))
            .toList()
        + " of table "
        + table
        + " is missing";
  }

  /** Nothing more will come: the shard equals the sources as they are now. */
  void finished() {
    for (int number = 0; number < consistent.length; number++) {
      int stream = number;
      hold(
          consistent[stream],
          Invariant.TERMINATION,
          () -> "stream " + stream + " is not consistent");
      models.get(stream).advance(models.get(stream).server.logged());
      compare(stream, Invariant.EQUALITY, () -> "at the end");
    }
    hold(!target.hasParked(), Invariant.EQUALITY, () -> "rows are still parked");
    hold(target.foreign().isEmpty(), Invariant.EQUALITY, () -> "somebody's rows are left");
  }

  private void hold(boolean holds, Invariant invariant, Supplier<String> message) {
    if (!holds) {
      throw new InvariantViolated(invariant, "shard " + target.shard + ": " + message.get());
    }
  }
}
