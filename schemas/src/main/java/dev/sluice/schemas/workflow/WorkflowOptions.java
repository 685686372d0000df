package dev.sluice.schemas.workflow;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sluice.schemas.config.Durations;
import dev.sluice.schemas.config.Sizes;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The {@code options} of move.yaml; a missing key takes its default. Immutable.
 *
 * <p>The constructor throws {@code IllegalArgumentException} naming the option when a value is not
 * allowed.
 *
 * @param copy how rows are read: {@code chunked}, or {@code debezium-snapshot}
 * @param copyReaders parallel reader connections a stream, 1-32; default 2
 * @param copySlice how long a copy slice holds its snapshots, 100ms-10m; default 5s
 * @param copyMaxBacklogBytes the copy pauses while appliers are further behind; default 10GiB
 * @param readFrom {@code primary}, or {@code replica}: rows and binary log come from the shard's
 *     replica, markers and heartbeats go to the primary
 * @param deferSecondaryKeys create secondary indexes after the copy; default true
 * @param fence how application writes are denied: {@code triggers} or {@code read-only}
 * @param onDdl what DDL on a moved table does: {@code stop}, {@code ignore} or {@code exec}
 */
public record WorkflowOptions(
    @JsonProperty("copy") String copy,
    @JsonProperty("copy.readers") Integer copyReaders,
    @JsonProperty("copy.slice") String copySlice,
    @JsonProperty("copy.max-backlog-bytes") String copyMaxBacklogBytes,
    @JsonProperty("read-from") String readFrom,
    @JsonProperty("defer-secondary-keys") Boolean deferSecondaryKeys,
    @JsonProperty("on-ddl") String onDdl,
    @JsonProperty("fence") String fence,
    @JsonProperty("foreign-keys") String foreignKeys,
    @JsonProperty("sequences") String sequences,
    @JsonProperty("auto-start") Boolean autoStart) {

  private static final String DEBEZIUM_SNAPSHOT = "debezium-snapshot";

  /** What the options that are words can be; the first is the default. */
  public static final Map<String, List<String>> CHOICES =
      Map.of(
          "copy", List.of("chunked", DEBEZIUM_SNAPSHOT),
          "read-from", List.of("primary", "replica"),
          "on-ddl", List.of("stop", "ignore", "exec"),
          "fence", List.of("triggers", "read-only"),
          "foreign-keys", List.of("refuse", "drop"),
          "sequences", List.of("auto", "none"));

  public WorkflowOptions {
    copy = oneOf("copy", copy);
    copyReaders = copyReaders == null ? 2 : copyReaders;
    if (copyReaders < 1 || copyReaders > 32) {
      throw new IllegalArgumentException(
          "options.copy.readers: " + copyReaders + " is not between 1 and 32");
    }
    copySlice = copySlice == null ? "5s" : copySlice;
    Duration slice = parse("options.copy.slice", copySlice);
    if (slice.toMillis() < 100 || slice.toMinutes() > 10) {
      throw new IllegalArgumentException(
          "options.copy.slice: " + copySlice + " is not between 100ms and 10m");
    }
    copyMaxBacklogBytes = copyMaxBacklogBytes == null ? "10GiB" : copyMaxBacklogBytes;
    size("options.copy.max-backlog-bytes", copyMaxBacklogBytes);
    readFrom = oneOf("read-from", readFrom);
    deferSecondaryKeys = deferSecondaryKeys == null || deferSecondaryKeys;
    onDdl = oneOf("on-ddl", onDdl);
    fence = oneOf("fence", fence);
    foreignKeys = oneOf("foreign-keys", foreignKeys);
    sequences = oneOf("sequences", sequences);
    autoStart = autoStart == null || autoStart;
  }

  /** All defaults. */
  public static WorkflowOptions defaults() {
    return new WorkflowOptions(null, null, null, null, null, null, null, null, null, null, null);
  }

  /** True when rows are read by Debezium's own initial snapshot. */
  @JsonIgnore
  public boolean engineSnapshot() {
    return copy.equals(DEBEZIUM_SNAPSHOT);
  }

  @JsonIgnore
  public Duration copySliceDuration() {
    return Durations.parse(copySlice);
  }

  /** True when streams read the source's replicas. */
  @JsonIgnore
  public boolean readsReplica() {
    return readFrom.equals("replica");
  }

  @JsonIgnore
  public long copyMaxBacklog() {
    return Sizes.parse(copyMaxBacklogBytes);
  }

  private static Duration parse(String path, String text) {
    try {
      return Durations.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(path + ": " + e.getMessage(), e);
    }
  }

  private static void size(String path, String text) {
    try {
      Sizes.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(path + ": " + e.getMessage(), e);
    }
  }

  private static String oneOf(String option, String value) {
    List<String> choices = CHOICES.get(option);
    if (value == null) {
      return choices.get(0);
    }
    if (choices.contains(value)) {
      return value;
    }
    throw new IllegalArgumentException(
        "options."
            + option
            + ": \""
            + value
            + "\" is not available in this version: use "
            + String.join(", ", choices));
  }
}
