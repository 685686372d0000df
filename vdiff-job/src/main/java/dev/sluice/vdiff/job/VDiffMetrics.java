package dev.sluice.vdiff.job;

import dev.sluice.schemas.vdiff.RowClass;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** {@code sluice_vdiff_*} of one workflow. Thread-safe. */
final class VDiffMetrics {

  private static final String MISMATCHED = "sluice.vdiff.rows.mismatched";
  private static final String THROTTLED = "sluice.throttled";

  /** Of a reader of the workflow's shards that is no stream, beside those of the streams. */
  private static final String STREAM = "vdiff";

  private final Counter compared;
  private final Map<String, AtomicLong> throttled = new HashMap<>();
  private final Map<RowClass, AtomicLong> mismatched = new EnumMap<>(RowClass.class);

  VDiffMetrics(MeterRegistry meters, String workflow, String direction) {
    this.compared =
        Counter.builder("sluice.vdiff.rows.compared")
            .description("rows compared by VDiffs")
            .tag("workflow", workflow)
            .tag("direction", direction)
            .register(meters);
    Tags tags = Tags.of("workflow", workflow);
    for (RowClass rowClass : RowClass.values()) {
      if (rowClass != RowClass.MATCHING) {
        String what = "rows that the newest VDiff found not to be as they should";
        Tags own = tags.and("class", rowClass.word());
        mismatched.put(rowClass, gauge(meters, MISMATCHED, what, own, direction));
      }
    }
    for (String reason : ScanPace.KINDS) {
      String what = "1 while scans of a VDiff are held back for the reason named";
      Tags own = tags.and("stream", STREAM, "reason", reason);
      throttled.put(reason, gauge(meters, THROTTLED, what, own, direction));
    }
  }

  private static AtomicLong gauge(
      MeterRegistry meters, String name, String what, Tags own, String direction) {
    AtomicLong value = new AtomicLong();
    // that of an earlier run would stay where it was
    meters.find(name).tags(own).gauges().forEach(meters::remove);
    Gauge.builder(name, value, AtomicLong::get)
        .description(what)
        .tags(own.and("direction", direction))
        .strongReference(true)
        .register(meters);
    return value;
  }

  /** Has them shown, at zero, where no VDiff has run here yet. */
  static void ensure(MeterRegistry meters, String workflow, String direction) {
    if (meters.find(MISMATCHED).tags("workflow", workflow).gauges().isEmpty()) {
      new VDiffMetrics(meters, workflow, direction);
    }
  }

  void compared(long rows) {
    compared.increment(rows);
  }

  /**
   * Shows what holds scans back.
   *
   * @param why as {@link ScanPace#reason}; null when nothing does
   */
  void throttled(String why) {
    throttled.forEach(
        (reason, value) -> value.set(why != null && why.startsWith(reason + ":") ? 1 : 0));
  }

  void mismatched(RowClass rowClass, long rows) {
    AtomicLong value = mismatched.get(rowClass);
    if (value != null) {
      value.set(rows);
    }
  }
}
