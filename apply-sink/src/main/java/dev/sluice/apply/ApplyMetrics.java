package dev.sluice.apply;

import dev.sluice.schemas.change.Op;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.workflow.ApplierId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The applier's meters. Gauges are removed on close, so that a shard that moved away shows no stale
 * lag. Thread-safe.
 */
final class ApplyMetrics implements AutoCloseable {

  private final MeterRegistry registry;
  private final Tags tags;
  private final List<Meter> gauges = new ArrayList<>();
  private final Map<Op, Counter> rows = new EnumMap<>(Op.class);
  private final Timer transactions;

  ApplyMetrics(
      MeterRegistry registry,
      ApplierId applier,
      Supplier<Number> lagSeconds,
      Supplier<Number> checkpointAgeSeconds,
      Supplier<Number> backlogBytes,
      Supplier<Number> parkedRows) {
    this.registry = registry;
    this.tags =
        Tags.of(
            "workflow",
            applier.workflow(),
            "direction",
            applier.direction().word(),
            "shard",
            applier.shard());
    for (Op op : Op.values()) {
      rows.put(op, registry.counter("sluice_apply_rows", tags.and("op", op.letter())));
    }
    // shown from the start: a counter that appears with its first event is missing until then
    for (ErrorCode code : ErrorCode.values()) {
      if (code.retryable()) {
        retries(code);
      }
    }
    transactions = Timer.builder("sluice_apply_transaction").tags(tags).register(registry);
    gauges.add(Gauge.builder("sluice_apply_lag_seconds", lagSeconds).tags(tags).register(registry));
    gauges.add(
        Gauge.builder("sluice_checkpoint_age_seconds", checkpointAgeSeconds)
            .tags(tags)
            .register(registry));
    gauges.add(Gauge.builder("sluice_backlog_bytes", backlogBytes).tags(tags).register(registry));
    gauges.add(Gauge.builder("sluice_parked_rows", parkedRows).tags(tags).register(registry));
  }

  void rows(Map<Op, Long> operations) {
    operations.forEach((op, count) -> rows.get(op).increment(count));
  }

  void transaction(long nanos) {
    transactions.record(nanos, TimeUnit.NANOSECONDS);
  }

  void retry(ErrorCode code) {
    retries(code).increment();
  }

  private Counter retries(ErrorCode code) {
    return registry.counter(
        "sluice_apply_retries", tags.and("reason", code.name().toLowerCase(Locale.ROOT)));
  }

  @Override
  public void close() {
    gauges.forEach(registry::remove);
  }
}
