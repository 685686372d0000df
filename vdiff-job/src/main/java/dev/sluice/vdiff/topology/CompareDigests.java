package dev.sluice.vdiff.topology;

import dev.sluice.vdiff.topology.ChunkDigests.Part;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Gathers what every shard says of a chunk, and compares when all have spoken. A digest that comes
 * twice counts once. What is never completed, since its scan was given up, is forgotten.
 */
final class CompareDigests implements Processor<String, ChunkDigests, String, Outcome> {

  static final String STORE = "digests";

  /** Longer than any chunk takes. */
  static final Duration FORGET_AFTER = Duration.ofMinutes(30);

  private static final Duration SWEEP = Duration.ofMinutes(1);

  /** What has been said of a chunk so far, by side and shard. */
  record Gathered(long since, Map<String, ChunkDigests> said) {}

  private ProcessorContext<String, Outcome> context;
  private KeyValueStore<String, Gathered> store;

  @Override
  public void init(ProcessorContext<String, Outcome> processor) {
    this.context = processor;
    this.store = processor.getStateStore(STORE);
    processor.schedule(SWEEP, PunctuationType.WALL_CLOCK_TIME, this::forget);
  }

  @Override
  public void process(Record<String, ChunkDigests> record) {
    ChunkDigests digests = record.value();
    Gathered before = store.get(record.key());
    Map<String, ChunkDigests> said =
        before == null ? new HashMap<>() : new HashMap<>(before.said());
    said.put(digests.side().word() + "/" + digests.shard(), digests);
    if (said.size() < digests.sources() + digests.targets()) {
      long since = before == null ? context.currentSystemTimeMs() : before.since();
      store.put(record.key(), new Gathered(since, said));
      return;
    }
    store.delete(record.key());
    context.forward(record.withValue(compare(digests.attempt(), said)));
  }

  static Outcome compare(String attempt, Map<String, ChunkDigests> said) {
    Map<String, Long> rows = new TreeMap<>();
    Map<Integer, Part> sources = new TreeMap<>();
    Map<Integer, Part> targets = new TreeMap<>();
    said.forEach(
        (shard, digests) -> {
          rows.put(shard, digests.parts().stream().mapToLong(Part::rows).sum());
          Map<Integer, Part> side = digests.side() == Side.SOURCE ? sources : targets;
          digests.parts().forEach(part -> side.merge(part.bucket(), part, CompareDigests::joined));
        });
    List<Integer> differing = new ArrayList<>();
    Map<Integer, Part> all = new TreeMap<>(sources);
    all.putAll(targets);
    all.keySet()
        .forEach(
            bucket -> {
              if (!equal(sources.get(bucket), targets.get(bucket))) {
                differing.add(bucket);
              }
            });
    return new Outcome(attempt, rows, differing, 0, List.of());
  }

  private static Part joined(Part one, Part other) {
    return new Part(
        one.bucket(),
        one.rows() + other.rows(),
        number(one).xor(number(other)).toString(16),
        one.misplaced() + other.misplaced());
  }

  private static boolean equal(Part source, Part target) {
    Part left = source == null ? new Part(0, 0, "0", 0) : source;
    Part right = target == null ? new Part(0, 0, "0", 0) : target;
    return left.rows() == right.rows()
        && number(left).equals(number(right))
        && left.misplaced() == 0
        && right.misplaced() == 0;
  }

  private static BigInteger number(Part part) {
    return new BigInteger(part.digest(), 16);
  }

  private void forget(long now) {
    List<String> old = new ArrayList<>();
    try (KeyValueIterator<String, Gathered> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<String, Gathered> next = all.next();
        if (next.value.since() + FORGET_AFTER.toMillis() < now) {
          old.add(next.key);
        }
      }
    }
    old.forEach(store::delete);
  }
}
