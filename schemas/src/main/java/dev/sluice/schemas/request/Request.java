package dev.sluice.schemas.request;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.sluice.schemas.workflow.Direction;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * A record of {@code <workflow>.requests}: key {@link #key}, value JSON with a {@code kind}. The
 * topic serves both directions and has one partition, so requests have one order. Immutable.
 *
 * <p>A request counts only for the workflow whose UUID it carries.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Request.Hold.class, name = "HOLD"),
  @JsonSubTypes.Type(value = Request.HoldReleased.class, name = "HOLD_RELEASED"),
  @JsonSubTypes.Type(value = Request.HoldsVoided.class, name = "HOLDS_VOIDED"),
  @JsonSubTypes.Type(value = Request.Repair.class, name = "REPAIR"),
})
public sealed interface Request {

  /** The record's key: a later record of the same key replaces it. */
  @JsonIgnore
  String key();

  String workflowUuid();

  /**
   * Appliers that come to the cut with the marker of this token apply exactly up to it and hold
   * there. Must be committed to the topic <em>before</em> the marker is written: an applier that
   * meets a marker of kind HOLD reads the topic to its present end, and does not hold for a token
   * that it does not find.
   *
   * @param token of the marker, of kind {@link dev.sluice.schemas.journal.Marker#HOLD}
   * @param vdiff UUID of the VDiff that asks
   * @param until nobody holds for it any more from then on, by the clock of whoever holds; an
   *     applier never holds longer than 10 s from when it began
   */
  record Hold(String workflowUuid, String token, String vdiff, Instant until) implements Request {
    public Hold {
      Objects.requireNonNull(workflowUuid, "workflowUuid");
      Objects.requireNonNull(token, "token");
      Objects.requireNonNull(until, "until");
    }

    @Override
    public String key() {
      return keyOf(token);
    }

    static String keyOf(String token) {
      return "hold/" + token;
    }
  }

  /** Appliers that hold for the token go on; those that come to its marker later do not hold. */
  record HoldReleased(String workflowUuid, String token) implements Request {
    public HoldReleased {
      Objects.requireNonNull(workflowUuid, "workflowUuid");
      Objects.requireNonNull(token, "token");
    }

    @Override
    public String key() {
      return Hold.keyOf(token);
    }
  }

  /**
   * Every HOLD that stands before this record in the topic is void, as if released. Written by a
   * switch.
   *
   * @param until those written later are void, too, until then; null when they are not. A switch
   *     writes the record once more, without, when it has ended
   */
  record HoldsVoided(String workflowUuid, Instant until) implements Request {

    /** The one key of these records. */
    public static final String KEY = "holds-voided";

    public HoldsVoided {
      Objects.requireNonNull(workflowUuid, "workflowUuid");
    }

    @Override
    public String key() {
      return KEY;
    }
  }

  /**
   * A stream reads these rows again, in one snapshot, and places what it finds in a REPAIR cut: a
   * row that is there is sent to the shard where its vindex puts it, and deleted on every other
   * shard that the request names; a key that is not there is deleted on every shard named. Nothing
   * else is touched. Done when a cut of the stream names the id ({@link
   * dev.sluice.schemas.journal.Cut#repaired}) and a later one is consistent again.
   *
   * @param id fresh for each request
   * @param vdiff UUID of the VDiff that asks
   * @param direction the one that has the traffic
   * @param stream name of the shard read
   * @param table name of a table of the move
   * @param keys at most {@link #MOST_KEYS}
   */
  record Repair(
      String workflowUuid,
      String id,
      String vdiff,
      Direction direction,
      String stream,
      String table,
      List<Key> keys)
      implements Request {

    /** Keys of one request. */
    public static final int MOST_KEYS = 10_000;

    private static final String PREFIX = "repair/";

    /**
     * One row.
     *
     * @param columns the values of the table's key columns in {@code TableSchema.keyColumns()}
     *     order, each as text. Text columns (ENUM and SET, too): the hexadecimal form of its UTF-8
     *     bytes; BINARY, VARBINARY, BLOB and BIT: that of its bytes; anything else as MySQL prints
     *     it
     * @param shards names of the shards written that hold a row of this key now
     */
    public record Key(List<String> columns, List<String> shards) {
      public Key {
        columns = List.copyOf(columns);
        shards = shards == null ? List.of() : List.copyOf(shards);
      }
    }

    public Repair {
      Objects.requireNonNull(workflowUuid, "workflowUuid");
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(direction, "direction");
      Objects.requireNonNull(stream, "stream");
      Objects.requireNonNull(table, "table");
      keys = List.copyOf(keys);
      if (keys.isEmpty() || keys.size() > MOST_KEYS) {
        throw new IllegalArgumentException(
            "repair " + id + " names " + keys.size() + " keys, not 1 to " + MOST_KEYS);
      }
    }

    @Override
    public String key() {
      return keyOf(id);
    }

    /** The record key of the request with this id; deleting it takes the request back. */
    public static String keyOf(String id) {
      return PREFIX + id;
    }
  }
}
