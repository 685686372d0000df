package dev.sluice.capture;

import dev.sluice.capture.heartbeat.LagTracker;
import dev.sluice.capture.stream.StreamListener;
import dev.sluice.schemas.change.Op;
import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.StreamId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;

/** What a stream counts. Counts are kept plain and handed over with each cut; one thread. */
final class CaptureMetrics implements StreamListener, AutoCloseable {

  private final MeterRegistry meters;
  private final Counter[] opCounters = new Counter[Op.values().length];
  private final Counter[] copiedCounters;
  private final long[] ops = new long[Op.values().length];
  private final long[] copied;
  private final List<Meter> gauges = new ArrayList<>();
  private final LagTracker lag;
  private final CopyGate gate;
  private volatile boolean copyComplete;

  CaptureMetrics(
      MeterRegistry meters, StreamId stream, MovePlan plan, LagTracker lag, CopyGate gate) {
    this.gate = gate;
    this.meters = meters;
    this.lag = lag;
    Tags tags =
        Tags.of(
            "workflow",
            stream.workflow(),
            "direction",
            stream.direction().word(),
            "stream",
            stream.shard());
    for (Op op : Op.values()) {
      opCounters[op.ordinal()] =
          meters.counter("sluice.capture.events", tags.and("op", op.letter()));
    }
    copied = new long[plan.tables().size()];
    copiedCounters = new Counter[copied.length];
    for (int i = 0; i < copied.length; i++) {
      Tags tableTags = tags.and("table", plan.tables().get(i).name());
      copiedCounters[i] = meters.counter("sluice.copy.rows", tableTags);
      double estimated = plan.tables().get(i).rowsEstimated();
      gauges.add(
          Gauge.builder("sluice.copy.rows.estimated", () -> estimated)
              .tags(tableTags)
              .register(meters));
    }
    gauges.add(
        Gauge.builder("sluice.capture.lag.seconds", lag, LagTracker::lagSeconds)
            .tags(tags)
            .register(meters));
    for (String reason :
        List.of(CopyGate.BACKLOG, CopyGate.RATE, CopyGate.LAG, CopyGate.REPLICA_LAG)) {
      gauges.add(
          Gauge.builder("sluice.throttled", () -> throttledBy(reason))
              .description("1 while the copy is held back for the reason named")
              .tags(tags.and("reason", reason))
              .register(meters));
    }
  }

  private int throttledBy(String reason) {
    return !copyComplete && reason.equals(gate.kind()) ? 1 : 0;
  }

  @Override
  public void onChange(int table, Op op) {
    ops[op.ordinal()]++;
    if (op == Op.READ) {
      copied[table]++;
    }
  }

  @Override
  public void onCut(Cut cut) {
    copyComplete = cut.copyComplete();
    gate.cut(cut);
    handOver(ops, opCounters);
    handOver(copied, copiedCounters);
  }

  @Override
  public void onHeartbeat(String id, String token) {
    lag.seen(token);
  }

  private static void handOver(long[] counts, Counter[] counters) {
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        counters[i].increment(counts[i]);
        counts[i] = 0;
      }
    }
  }

  @Override
  public void close() {
    gauges.forEach(meters::remove);
  }
}
