package dev.sluice.vdiff.job;

import dev.sluice.schemas.vdiff.RowClass;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** {@code sluice_vdiff_*} of one workflow. Thread-safe. */
final class VDiffMetrics {

  private static final String MISMATCHED = "sluice.vdiff.rows.mismatched";

  private final Counter compared;
  private final Map<RowClass, AtomicLong> mismatched = new EnumMap<>(RowClass.class);

  VDiffMetrics(MeterRegistry meters, String workflow, String direction) {
    this.compared =
        Counter.builder("sluice.vdiff.rows.compared")
            .description("rows compared by VDiffs")
            .tag("workflow", workflow)
            .tag("direction", direction)
            .register(meters);
    for (RowClass rowClass : RowClass.values()) {
      if (rowClass != RowClass.MATCHING) {
        AtomicLong value = new AtomicLong();
        mismatched.put(rowClass, value);
        // that of an earlier run would stay where it was
        meters
            .find(MISMATCHED)
            .tags("workflow", workflow, "class", rowClass.word())
            .gauges()
            .forEach(meters::remove);
        Gauge.builder(MISMATCHED, value, AtomicLong::get)
            .description("rows that the newest VDiff found not to be as they should")
            .tag("workflow", workflow)
            .tag("direction", direction)
            .tag("class", rowClass.word())
            .strongReference(true)
            .register(meters);
      }
    }
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

  void mismatched(RowClass rowClass, long rows) {
    AtomicLong value = mismatched.get(rowClass);
    if (value != null) {
      value.set(rows);
    }
  }
}
