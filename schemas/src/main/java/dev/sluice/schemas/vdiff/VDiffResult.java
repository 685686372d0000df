package dev.sluice.schemas.vdiff;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sluice.schemas.status.UnitError;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What a VDiff has found so far. Immutable; only the job that owns the workflow's VDiffs writes it.
 *
 * @param stage what is being done, for people
 * @param run of the order that it was written under
 * @param repairs how many of the repairs asked for have been carried out
 * @param startedAt when the first row was compared; null before
 * @param completedAt null unless completed
 * @param provedAt the oldest moment that a comparison of it belongs to: the sides were equal (but
 *     for what is listed) at that moment or later ones; null before the first
 * @param holdMillis for how long appliers were held in each moment, milliseconds, oldest first; the
 *     newest hundred
 * @param percent 0 to 100
 * @param eta null while nothing can be said
 * @param copyRun of the workflow when it started: an answer about an earlier copy is stale
 * @param tables by name
 * @param throttled what holds scans back, for people; null when nothing does
 * @param refreshes how many of the refreshes asked for have been begun
 * @param refreshedAt the moment for which the last of them found which chunks were untouched; null
 *     when there was none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record VDiffResult(
    String uuid,
    String workflow,
    String workflowUuid,
    VDiffState state,
    String stage,
    long run,
    long repairs,
    Instant startedAt,
    Instant completedAt,
    Instant provedAt,
    List<Long> holdMillis,
    double percent,
    Instant eta,
    long copyRun,
    Map<String, TableResult> tables,
    List<UnitError> errors,
    String throttled,
    long refreshes,
    Instant refreshedAt) {

  public VDiffResult {
    holdMillis = holdMillis == null ? List.of() : List.copyOf(holdMillis);
    tables = tables == null ? Map.of() : Map.copyOf(tables);
    errors = errors == null ? List.of() : List.copyOf(errors);
  }

  /**
   * One table.
   *
   * @param rowsCompared keys compared, those that differ included
   * @param notComparedRows keys that changed in every moment in which they were looked at, so that
   *     nothing can be said of them (I10)
   * @param keysKept how many of the differing keys are kept for recheck and repair
   * @param samples some of the rows that differ
   * @param shards by side and name, as in {@code target/-80}
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record TableResult(
      VDiffState state,
      long rowsCompared,
      long matchingRows,
      long mismatchedRows,
      long extraRowsSource,
      long extraRowsTarget,
      long misplacedRows,
      long duplicatedRows,
      long notComparedRows,
      long rowsEstimated,
      long keysKept,
      List<Sample> samples,
      Map<String, ShardResult> shards) {

    public TableResult {
      samples = samples == null ? List.of() : List.copyOf(samples);
      shards = shards == null ? Map.of() : Map.copyOf(shards);
    }

    /** Rows that are not as they should be. */
    @JsonIgnore
    public long differing() {
      return mismatchedRows + extraRowsSource + extraRowsTarget + misplacedRows + duplicatedRows;
    }
  }

  /** Rows that one shard showed. */
  public record ShardResult(long rows) {}

  /**
   * A row that differs.
   *
   * @param rowClass its class
   * @param key by column
   * @param source the row on the source by column, long values cut; null when it is not there
   * @param target the same of the target
   * @param shard the shard of the target (of the source for what is only there) that it concerns
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Sample(
      @JsonProperty("class") RowClass rowClass,
      Map<String, String> key,
      Map<String, String> source,
      Map<String, String> target,
      String shard) {}

  /** Rows over all tables that are not as they should be. */
  @JsonIgnore
  public long differing() {
    return tables.values().stream().mapToLong(TableResult::differing).sum();
  }

  /** Rows over all tables of which nothing can be said. */
  @JsonIgnore
  public long notCompared() {
    return tables.values().stream().mapToLong(TableResult::notComparedRows).sum();
  }

  @JsonIgnore
  public long rowsCompared() {
    return tables.values().stream().mapToLong(TableResult::rowsCompared).sum();
  }
}
